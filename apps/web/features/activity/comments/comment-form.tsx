"use client";

import type { Mention } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { Button } from "@/components/button/button";
import { inputClass } from "@/components/form/field";
import { problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { MentionPicker, useMentionable } from "./mention-picker";
import { mentionAt, toSent, toWritten } from "./mention-text";

const MOST = 4_000;

type FormProps = {
  fileId: string;
  /** The text of a comment that is changed. */
  text?: string;
  label: string;
  action: string;
  /** Rejects with why it was not taken; the text stays then. */
  onSend: (text: string) => Promise<unknown>;
  onCancel?: () => void;
};

/** Where a comment is written: a text with "@" for people who may see the file. Ctrl+Enter sends it. */
export function CommentForm({ fileId, text: given = "", label, action, onSend, onCancel }: FormProps) {
  const t = useTranslations("activity.comments");
  const common = useTranslations("common");
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [start] = useState(() => toWritten(given));
  const [text, setText] = useState(start.text);
  const [people, setPeople] = useState<readonly Mention[]>(start.people);
  const [asked, setAsked] = useState<{ start: number; q: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const picker = useMentionable(fileId, asked?.q ?? null);
  const sent = toSent(text.trim(), people);
  const length = [...sent].length;
  const tooLong = length > MOST;

  const look = () => {
    const area = field.current;
    if (area) setAsked(area.selectionStart === area.selectionEnd ? mentionAt(area.value, area.selectionStart) : null);
  };
  const pick = (person: { id: string; name: string }) => {
    const area = field.current;
    if (!asked || !area) return;
    const label = person.name.replace(/[[\]\n]/g, " ");
    const before = `${text.slice(0, asked.start)}@${label} `;
    setText(before + text.slice(area.selectionStart));
    setPeople([...people, { id: person.id, label }]);
    setAsked(null);
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(before.length, before.length);
    });
  };
  const send = async () => {
    if (sent === "" || tooLong || busy) return;
    setBusy(true);
    setProblem("");
    try {
      await onSend(sent);
      setText("");
      setPeople([]);
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (picker.onKey(event, pick, () => setAsked(null))) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && onCancel) {
      event.stopPropagation();
      onCancel();
    }
  };
  const note = problem || (tooLong ? t("tooLong", { count: length - MOST }) : t("hint"));
  return (
    <form
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <div className="relative">
        <textarea
          ref={field}
          id={id}
          rows={3}
          value={text}
          placeholder={label}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- somebody has just asked to change this text
          autoFocus={onCancel !== undefined}
          aria-autocomplete="list"
          aria-controls={picker.items.length > 0 ? `${id}-people` : undefined}
          aria-activedescendant={picker.items.length > 0 ? `${id}-people-${picker.active}` : undefined}
          aria-describedby={`${id}-note`}
          aria-invalid={problem || tooLong ? true : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setProblem("");
            look();
          }}
          onSelect={look}
          onBlur={() => setAsked(null)}
          onKeyDown={onKeyDown}
          className={cn(inputClass, "block h-auto min-h-20 resize-y py-2 text-sm")}
        />
        <output className="sr-only">
          {picker.items.length > 0 && t("peopleFound", { count: picker.items.length })}
        </output>
        <MentionPicker id={`${id}-people`} label={t("people")} picker={picker} onPick={pick} />
      </div>
      <div className="mt-1.5 flex flex-wrap items-center gap-2">
        <p
          id={`${id}-note`}
          role={problem || tooLong ? "alert" : undefined}
          className={cn("min-w-0 flex-1 basis-40 text-xs", problem || tooLong ? "text-danger" : "text-ink-muted")}
        >
          {note}
        </p>
        {onCancel && (
          <Button size="sm" variant="ghost" onClick={onCancel}>
            {common("cancel")}
          </Button>
        )}
        <Button type="submit" size="sm" variant="primary" busy={busy} disabled={sent === "" || tooLong}>
          {action}
        </Button>
      </div>
    </form>
  );
}
