import { cn } from "@/lib/cn";
import messages from "@/messages/en.json";
import { type Entry, fieldsOf, type Schema } from "./document";
import { FieldsTable, TypeText } from "./fields-table";

const words = messages.reference;

const colours: Record<string, string> = {
  GET: "text-accent-text",
  DELETE: "text-danger",
};

export function OperationEntry({ method, path, operation }: Entry) {
  const body = Object.entries(operation.requestBody?.content ?? {})[0];
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
  const failures = Object.entries(operation.responses).filter(([status]) => /^[45]/.test(status));
  return (
    <details id={operation.operationId} className="group border-t first:border-t-0">
      <summary className="grid cursor-pointer grid-cols-[3.75rem_minmax(0,1fr)] items-baseline gap-x-3 px-4 py-2.5 -outline-offset-2 hover:bg-hover/60 sm:grid-cols-[3.75rem_minmax(0,1fr)_auto]">
        <span className={cn("font-mono font-semibold text-xs", colours[method] ?? "text-warning")}>{method}</span>
        <span className="min-w-0">
          <code className="break-words font-medium font-mono text-[0.8125rem]">{path}</code>
          <span className="block text-ink-muted">{operation.summary}</span>
        </span>
        <span className="col-start-2 text-ink-muted text-xs sm:col-start-3">{accessText(operation)}</span>
      </summary>
      <div className="flex flex-col gap-4 border-t bg-sunken px-4 py-4 sm:pl-[5.5rem]">
        {operation.parameters.length > 0 && (
          <FieldsTable
            caption={words.parameters}
            fields={operation.parameters.map((field) => ({ ...field, place: field.in }))}
          />
        )}
        {body && <Body caption={words.body} type={body[0]} schema={body[1].schema} />}
        {success && <Answer status={success[0]} content={success[1].content} />}
        {failures.length > 0 && (
          <div>
            <p className="pb-1 font-medium text-ink-muted text-xs">{words.errors}</p>
            <p className="text-[0.8125rem] leading-6">
              {failures.map(([status, { description }]) => (
                <span key={status} className="mr-4 inline-block">
                  <span className="text-ink-muted tabular-nums">{status}</span>{" "}
                  <code className="font-mono">{description}</code>
                </span>
              ))}
            </p>
          </div>
        )}
      </div>
    </details>
  );
}

function accessText(operation: Entry["operation"]): string {
  const access = words.access[operation["x-authz"] as keyof typeof words.access];
  const scope = operation["x-token-scope"];
  return scope && scope !== "none" ? `${access} · ${scope}` : access;
}

function Answer({ status, content }: { status: string; content: Record<string, { schema: Schema }> | undefined }) {
  const [first] = Object.entries(content ?? {});
  const caption = `${words.answer} ${status}`;
  if (first) return <Body caption={caption} type={first[0]} schema={first[1].schema} />;
  return <p className="text-ink-muted text-xs">{`${caption}, ${words.empty}`}</p>;
}

function Body({ caption, type, schema }: { caption: string; type: string; schema: Schema }) {
  const fields = fieldsOf(schema);
  const title = type === "application/json" ? caption : `${caption}, ${type}`;
  if (fields.length > 0) return <FieldsTable caption={title} fields={fields} />;
  return (
    <div className="text-[0.8125rem]">
      <p className="pb-1 font-medium text-ink-muted text-xs">{title}</p>
      {type === "application/json" && <TypeText schema={schema} />}
    </div>
  );
}
