import { chargeDescription } from "@apex/billing";
import { compareDecimals, decimal } from "@apex/core";
import { pageHead } from "../html-page.ts";
import { htmlFacts } from "../html-parts.ts";
import { HTML_STYLE } from "../html-style.ts";
import { escapeHtml } from "../html-text.ts";
import { plural } from "../wording.ts";
import { exactText, quantityText, roundedText } from "./amounts.ts";
import { countSubjects } from "./billed-subject.ts";
import {
  type InvoiceDocument,
  type InvoiceDocumentCharge,
  type InvoiceDocumentLine,
  type InvoiceParty,
  type InvoiceSubject,
  roundingNote,
} from "./invoice-document.ts";

/** A document on paper (A4 or letter) is light wherever it is read; a page names its number and how many there are. */
const STYLE = `${HTML_STYLE}
:root { color-scheme: light; }
@page { size: portrait; margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; } }
body { font-size: 10pt; max-width: 178mm; } h1 { font-size: 16pt; margin: 0; } h2 { font-size: 11pt; break-after: avoid; }
.parties { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr; margin: 1.5rem 0; } .parties h2 { margin: 0; font-size: 8pt; color: var(--dim); }
.parties p { margin: 0; overflow-wrap: anywhere; } dl { row-gap: 0.1rem; }
thead { display: table-header-group; } tr, dl, .parties, .total { break-inside: avoid; } th { font-weight: 600; font-size: 8pt; }
td:first-child { overflow-wrap: break-word; } td small { display: block; } td.digits { font-size: 8pt; } td.unit { white-space: nowrap; } tr.correction td { font-style: italic; }
.total td { border-bottom: 0; border-top: 2px solid var(--ink); font-weight: 700; font-size: 12pt; } .total.exact td { border-top: 0; font-weight: 400; font-size: 8pt; }
section.annex { break-before: page; } section.annex td, section.annex th { font-size: 7.5pt; line-height: 1.3; padding: 0.1rem 0.3rem; }
tr.subject td { border-bottom: 0; font-weight: 600; padding-top: 0.5rem; break-after: avoid; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
`;

/** An invoice as one page that needs nothing else, to be printed or made a PDF of: the lines, then every charge behind them. */
export function renderInvoiceHtml(document: InvoiceDocument): string {
  const { number, currency } = document;
  return [
    ...pageHead(`Invoice ${number}`, STYLE),
    `<h1>Invoice ${escapeHtml(number)}</h1>`,
    `<div class="parties">${party("From", document.seller)}${party("To", document.buyer)}</div>`,
    facts(document),
    "<table><thead><tr><th>For</th>" +
      `<th class="money">Quantity</th><th class="money">Exact</th><th class="money">${escapeHtml(currency)}</th></tr></thead><tbody>`,
    ...document.lines.map((line) => lineRow(line, currency)),
    "</tbody>",
    `<tbody class="sum"><tr class="total"><td colspan="3">${isCredit(document) ? "To be paid back" : "To be paid"}</td><td class="money">${escapeHtml(roundedText(document.total, currency))}</td></tr>`,
    `<tr class="total exact"><td colspan="3">Exact sum of all charges</td><td class="money">${escapeHtml(exactText(document.exactTotal, currency))}</td></tr></tbody></table>`,
    `<p class="dim"><small>${escapeHtml(roundingNote(document))}</small></p>`,
    ...document.terms.map((term) => `<p>${escapeHtml(term)}</p>`),
    annex(document),
    "</body></html>",
    "",
  ].join("\n");
}

function isCredit({ total }: InvoiceDocument): boolean {
  return compareDecimals(total, decimal(0)) < 0;
}

function party(title: string, { name, address, taxId, email }: InvoiceParty): string {
  const lines = [...address, ...(taxId === null ? [] : [taxId]), ...(email === null ? [] : [email])];
  return `<div><h2>${title}</h2><p><b>${escapeHtml(name)}</b></p>${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("")}</div>`;
}

function facts({ issuedAt, period, tenant, annex: subjects }: InvoiceDocument): string {
  const all: readonly (readonly [string, string])[] = [
    ["Issued", issuedAt],
    ["Period", `${period.start} until before ${period.end}`],
    ["Account", tenant],
    ["Charges of", countSubjects(subjects)],
  ];
  return htmlFacts(all);
}

function lineRow(line: InvoiceDocumentLine, currency: string): string {
  const className = line.isCorrection ? ` class="correction"` : "";
  const basis = `${plural(line.charges.length, "charge")} by ${line.rateCard}`;
  const cells = [
    `<td>${escapeHtml(line.description)}<small>${escapeHtml(basis)}</small></td>`,
    `<td class="money digits">${escapeHtml(quantityText(line.quantity))}<small>${escapeHtml(line.unit)}</small></td>`,
    `<td class="money digits">${escapeHtml(exactText(line.exact, currency))}</td>`,
    `<td class="money">${escapeHtml(roundedText(line.amount, currency))}</td>`,
  ];
  return `<tr${className}>${cells.join("")}</tr>`;
}

function annex({ annex: subjects, currency, number }: InvoiceDocument): string {
  if (subjects.length === 0) return "";
  return [
    `<section class="annex"><h2>Annex to ${escapeHtml(number)}: every charge, exactly</h2>`,
    `<table><thead><tr><th>Charge</th><th class="money">Quantity</th><th>Unit</th><th class="money">Price</th><th class="money">Amount</th></tr></thead>`,
    ...subjects.map((subject) => subjectRows(subject, currency)),
    "</table></section>",
  ].join("\n");
}

function subjectRows(
  { subject, from, at, isLate, isCorrection, amount, charges }: InvoiceSubject,
  currency: string,
): string {
  const note = isLate ? ", before the period" : isCorrection ? ", taken back from an earlier invoice" : "";
  const span = `${from} to ${at}${note}`;
  const head = `<tr class="subject"><td colspan="4">${escapeHtml(subject)} <small>${escapeHtml(span)}</small></td><td class="money">${escapeHtml(exactText(amount, currency))}</td></tr>`;
  return `<tbody>${head}${charges.map((charge) => chargeRow(charge, currency)).join("")}</tbody>`;
}

function chargeRow(charge: InvoiceDocumentCharge, currency: string): string {
  const { kind, quantity, unit, unitPrice, amount, reverses } = charge;
  const isCorrection = reverses !== null;
  const what = `${chargeDescription(kind, isCorrection)}${isCorrection ? ` (${reverses})` : ""}`;
  return `<tr${isCorrection ? ` class="correction"` : ""}><td>${escapeHtml(what)}</td><td class="money">${escapeHtml(quantityText(quantity))}</td><td class="unit">${escapeHtml(unit)}</td><td class="money">${escapeHtml(exactText(unitPrice, currency))}</td><td class="money">${escapeHtml(exactText(amount, currency))}</td></tr>`;
}
