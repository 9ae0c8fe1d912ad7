import messages from "@/messages/en.json";
import { type Schema, shapeName, typeText } from "./document";

const words = messages.reference;

type Field = { name: string; required: boolean; schema: Schema; place?: string };

export function FieldsTable({ fields, caption }: { fields: Field[]; caption: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls on a phone: keys must reach it
    <section aria-label={caption} tabIndex={0} className="overflow-x-auto rounded-sm">
      <table className="w-full text-left text-[0.8125rem]">
        <caption className="pb-1 text-left font-medium text-ink-muted text-xs">{caption}</caption>
        <tbody>
          {fields.map(({ name, required, schema, place }) => (
            <tr key={`${place}-${name}`} className="border-t align-top">
              <th scope="row" className="py-1.5 pr-4 font-medium font-mono">
                {name}
                {!required && <span className="font-normal text-ink-muted">?</span>}
                {place && <span className="ml-2 font-normal font-sans text-ink-muted text-xs">{place}</span>}
              </th>
              <td className="w-2/3 py-1.5">
                <TypeText schema={schema} />
                {schema.default !== undefined && (
                  <span className="ml-2 text-ink-muted">
                    {words.default} <code className="font-mono">{JSON.stringify(schema.default)}</code>
                  </span>
                )}
                {schema.description && <p className="text-ink-muted">{schema.description}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A type; where it has a name, a link to its fields. */
export function TypeText({ schema }: { schema: Schema }) {
  const item = schema.type === "array" ? schema.items : undefined;
  const name = shapeName(item ?? schema);
  if (!name) return <code className="break-words font-mono">{typeText(schema)}</code>;
  return (
    <a href={`#shape-${name}`} className="font-mono text-accent-text underline-offset-2 hover:underline">
      {name}
      {item && "[]"}
    </a>
  );
}
