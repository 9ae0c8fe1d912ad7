import type { FastifyReply, FastifyRequest } from "fastify";
import { badRequest } from "../errors.ts";
import { queryValue } from "../http/body.ts";

const defaultPerPage = 50;
const maxPerPage = 1000;

export interface Page {
  page: number;
  perPage: number;
  limit: number;
  offset: number;
}

/** @throws IdentityError 400 validation_failed */
export function readPage(request: FastifyRequest): Page {
  const page = readCount(queryValue(request, "page"), 1);
  const perPage = Math.min(maxPerPage, readCount(queryValue(request, "per_page"), defaultPerPage));
  return { page, perPage, limit: perPage, offset: (page - 1) * perPage };
}

function readCount(value: string, missing: number): number {
  if (value === "") return missing;
  const count = Number(value);
  if (!/^\d{1,9}$/.test(value))
    throw badRequest("validation_failed", `Bad Pagination Parameters: "${value}" is not a count`);
  return count === 0 ? missing : count;
}

/**
 * `Link` and `X-Total-Count`. Client libraries read the page number behind the first "=" of a link, so `page` is the
 * first parameter.
 */
export function pageHeaders(reply: FastifyReply, path: string, page: Page, total: number): void {
  const pages = Math.max(1, Math.ceil(total / page.perPage));
  const link = (to: number, rel: string) => `<${path}?page=${to}&per_page=${page.perPage}>; rel="${rel}"`;
  const links = page.page < pages ? [link(page.page + 1, "next")] : [];
  links.push(link(pages, "last"));
  reply.header("link", links.join(", ")).header("x-total-count", String(total));
}
