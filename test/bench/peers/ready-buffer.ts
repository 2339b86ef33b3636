import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { answerFile, port } from './settings.ts';

/** L2: what sending costs when nothing is computed. */
const answer = readFileSync(answerFile());
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': answer.byteLength,
};
createServer((_request, response) => response.writeHead(200, headers).end(answer)).listen(port);
