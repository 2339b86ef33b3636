export { type MaybePromise, mapMaybePromise } from '@whatwg-node/promise-helpers';
