import { getFile, listFiles, urlOf } from "@holdfast/contract/client";
import { headers } from "next/headers";

type EarlyRequestsProps = {
  /** Addresses of the reads that the page makes first of all. */
  urls?: readonly string[];
  /** The page's address names a folder: also its first entries, in the order that this device remembers, and the folder itself. */
  folder?: boolean;
};

/**
 * Lets the browser ask for what the page needs while the page's code is still on its way; the first `call` for the same address takes
 * the answer (`lib/request/early.ts`). The browser asks, not the page server, so that a renewed cookie reaches it.
 */
export async function EarlyRequests({ urls = [], folder = false }: EarlyRequestsProps) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const code = `(()=>{${begin}${urls.map((url) => `ask(${JSON.stringify(url)});`).join("")}${folder ? askFolder : ""}})()`;
  // Nothing of it comes from a person.
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: code }} />;
}

/** A failure is met by whoever takes the answer; nobody may have come to take it yet. */
const begin = `const early=window.holdfastEarly??=new Map();const ask=(url)=>{if(early.has(url))return;const answer=fetch(url,{credentials:"same-origin"});answer.catch(()=>{});early.set(url,answer)};`;

const file = urlOf(getFile, { params: { id: "" } });

/** The query as `FolderListing` makes it for its first page, and the settings as `useViewSettings` keeps them. */
const askFolder = `const id=/^\\/files\\/([^/]+)/.exec(location.pathname)?.[1];let view={};try{view=JSON.parse(localStorage.getItem("holdfast.view"))??{}}catch{}const query=new URLSearchParams(id?{parentId:id}:{});query.set("sort",view.sort??"name");query.set("order",view.order??"asc");query.set("limit","100");ask(${JSON.stringify(urlOf(listFiles, {}))}+"?"+query);if(id)ask(${JSON.stringify(file)}+id);`;
