import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import '../../pricing-page/pricing-page.css';
import { client } from './gateway.ts';
import type { Choice, Column, Page } from './pricing-page.ts';
import { cellsOf, markOf, offerOf, usePricingPage } from './pricing-page.ts';

const Select = ({ name, label, value, options, choose }: Choice) => (
  <label>
    <span>{label}</span>
    <select name={name} value={value} onChange={choose}>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

const Radios = ({ name, label, value: chosen, options, choose }: Choice) => (
  <fieldset className={`${name}-choice`}>
    <legend className="hidden">{label}</legend>
    <div className="choices">
      {options.map(([value, text]) => (
        <label key={value}>
          <input type="radio" {...{ name, value }} checked={value === chosen} onChange={choose} />
          <span>{text}</span>
        </label>
      ))}
    </div>
  </fieldset>
);

type Drawn = { page: Page; interval: string | undefined };

const Card = ({ page, interval, column }: Drawn & { column: Column }) => {
  const { plan, texts, offers, gainsTitle, gains } = column;
  const { highlighted, callToAction } = plan.presentation;
  const offer = offerOf(offers, interval);
  const tagline = texts.tagline ?? texts.description;
  const headline = offer?.headline ?? texts.callToActionLabel ?? '';
  // The amount stands out of the words around it.
  const amount = offer?.headlineAmount ?? headline;
  const [before, ...after] = headline.split(amount);
  const cells = cellsOf(page);
  return (
    <article className={highlighted ? 'plan highlighted' : 'plan'}>
      <h2>{texts.name}</h2>
      {texts.badge && <p className="badge">{texts.badge}</p>}
      {tagline && <p className="tagline">{tagline}</p>}
      <p className="headline">
        {before}
        <strong className={offer?.headlineAmount ? 'amount' : ''}>{amount}</strong>
        {after.join(amount)}
      </p>
      <p className="notes">
        {offer?.savings && <b>{offer.savings}</b>}
        {offer?.introOffer && <b>{offer.introOffer}</b>}
        {offer?.trial && <span>{offer.trial}</span>}
      </p>
      {callToAction && <a href={callToAction.url}>{texts.callToActionLabel}</a>}
      {gainsTitle && <h3>{gainsTitle}</h3>}
      <ul>
        {gains.map(({ id }) => (
          <li key={id}>
            {cells.get(id)?.name}
            {cells.get(id)?.kind !== 'INCLUDED' && <span>{cells.get(id)?.text}</span>}
          </li>
        ))}
      </ul>
    </article>
  );
};

const Table = ({ page, interval, plan }: Drawn & { plan: string | undefined }) => {
  const codes = page.columns.map((column) => column.plan.code);
  // Phones show one plan of the table.
  const shown = codes.map((code) => (code === plan ? 'shown' : ''));
  return (
    <table aria-labelledby="comparison">
      <thead>
        <tr>
          <td />
          {page.columns.map(({ texts, offers }, place) => (
            <th key={codes[place]} scope="col" className={shown[place]}>
              {texts.name}
              <span>{offerOf(offers, interval)?.headline}</span>
            </th>
          ))}
        </tr>
      </thead>
      {page.sections.map(({ name, rows }) => (
        <tbody key={name}>
          <tr className="section">
            <th scope="rowgroup" colSpan={['', ...codes].length}>
              {name}
            </th>
          </tr>
          {rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, place) => (
                <td key={codes[place]} className={`${shown[place]} ${markOf(cell)}`}>
                  <span>{cell.text}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
};

const App = () => {
  const { own, page, interval, plan, isLoading, status, choices } = usePricingPage();
  return (
    <main className={page ? 'drawn' : ''} aria-busy={isLoading}>
      <title>{own.title}</title>
      <div className="places">
        <Select {...choices.country} />
        <Select {...choices.locale} />
      </div>
      <header>
        <h1>{own.title}</h1>
        <Radios {...choices.interval} />
        <p className="status" role="status">
          {status}
        </p>
      </header>
      <div className="plans">
        {page?.columns.map((column) => (
          <Card key={column.plan.code} {...{ page, interval, column }} />
        ))}
      </div>
      <section className="comparison" aria-labelledby="comparison">
        <h2 id="comparison">{own.compare}</h2>
        <Radios {...choices.plan} />
        <div className="scroll">{page && <Table {...{ page, interval, plan }} />}</div>
      </section>
    </main>
  );
};

createRoot(document.getElementById('root') ?? document.body).render(
  <Provider value={client}>
    <App />
  </Provider>,
);
