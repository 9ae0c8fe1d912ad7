import { errorCodes } from "@holdfast/contract";
import { Wordmark } from "@/components/page/logo";
import messages from "@/messages/en.json";
import { entriesByTag, fieldsOf, schemas, typeText } from "./document";
import { FieldsTable } from "./fields-table";
import { OperationEntry } from "./operation-entry";
import { OperationSearch } from "./operation-search";

const words = messages.reference;

/** The API's reference, written from the contract that serves it. Made on the server: only its search needs a script. */
export function ReferencePage() {
  const groups = entriesByTag();
  const tagName = (tag: string) => words.tags[tag as keyof typeof words.tags] ?? tag;
  return (
    <div className="mx-auto max-w-6xl px-4 pb-16 sm:px-6">
      <header className="flex items-center justify-between gap-4 py-4">
        <a href="/" className="rounded-lg">
          <Wordmark />
        </a>
        <a href="/openapi.json" className="text-accent-text underline-offset-2 hover:underline">
          openapi.json
        </a>
      </header>
      <div className="gap-10 lg:grid lg:grid-cols-[11rem_minmax(0,1fr)]">
        <nav aria-label={words.contents} className="hidden lg:block">
          <ul className="sticky top-6 flex flex-col gap-0.5">
            {[...groups.map(([tag]) => [tag, tagName(tag)]), ["shapes", words.shapes], ["errors", words.allErrors]].map(
              ([id, name]) => (
                <li key={id}>
                  <a
                    href={`#${id}`}
                    className="block rounded-lg px-2.5 py-1 text-ink-muted hover:bg-hover hover:text-ink"
                  >
                    {name}
                  </a>
                </li>
              ),
            )}
          </ul>
        </nav>
        <main className="min-w-0">
          <h1 className="font-semibold text-2xl tracking-tight">{words.title}</h1>
          <div className="mt-3 flex max-w-prose flex-col gap-2 text-ink-muted">
            {words.intro.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </div>
          <pre
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls on a phone: keys must reach it
            tabIndex={0}
            className="mt-4 overflow-x-auto rounded-xl border bg-sunken px-4 py-3 font-mono text-[0.8125rem] leading-6"
          >
            {words.example.join("\n")}
          </pre>
          <OperationSearch />
          {groups.map(([tag, entries]) => (
            <section key={tag} id={tag} data-operations aria-label={tagName(tag)} className="scroll-mt-4 pt-9">
              <h2 className="pb-3 font-semibold text-lg">{tagName(tag)}</h2>
              <div className="overflow-hidden rounded-xl border bg-surface">
                {entries.map((entry) => (
                  <OperationEntry key={entry.operation.operationId} {...entry} />
                ))}
              </div>
            </section>
          ))}
          <section id="shapes" aria-label={words.shapes} className="scroll-mt-4 pt-9">
            <h2 className="pb-3 font-semibold text-lg">{words.shapes}</h2>
            <div className="flex flex-col gap-3">
              {schemas().map(([name, schema]) => {
                const fields = fieldsOf(schema);
                return (
                  <div key={name} id={`shape-${name}`} className="scroll-mt-4 rounded-xl border bg-surface px-4 py-3">
                    {fields.length > 0 ? (
                      <FieldsTable caption={name} fields={fields} />
                    ) : (
                      <code className="font-mono text-[0.8125rem]">{`${name} = ${typeText(schema)}`}</code>
                    )}
                  </div>
                );
              })}
            </div>
          </section>
          <section id="errors" aria-label={words.allErrors} className="scroll-mt-4 pt-9">
            <h2 className="pb-3 font-semibold text-lg">{words.allErrors}</h2>
            <ul className="overflow-hidden rounded-xl border bg-surface">
              {Object.entries(errorCodes).map(([code, { status, title }]) => (
                <li
                  key={code}
                  className="grid grid-cols-[2.5rem_minmax(0,1fr)] gap-x-3 border-t px-4 py-1.5 first:border-t-0 sm:grid-cols-[2.5rem_14rem_minmax(0,1fr)]"
                >
                  <span className="text-ink-muted tabular-nums">{status}</span>
                  <code className="font-mono text-[0.8125rem]">{code}</code>
                  <span className="col-start-2 text-ink-muted sm:col-start-3">{title}</span>
                </li>
              ))}
            </ul>
          </section>
        </main>
      </div>
    </div>
  );
}
