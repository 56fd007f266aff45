import { App, Button, Input, Select, Tag } from "antd";
import { Fragment, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CommentView, Member, SheetDetail } from "../../../plugin/server/api.ts";
import { formatMoment } from "../format.ts";
import { usePreferences } from "../preferences.ts";
import { useMembers, useReply } from "../queries.ts";
import { Nothing, useRefusalWords } from "./faces.tsx";

/** What was said about a sheet, by people and by us, and a place to answer. */
export function Comments({ sheet }: { sheet: SheetDetail }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const words = useRefusalWords();
  const reply = useReply(sheet.id);
  const [text, setText] = useState("");
  const [notified, setNotified] = useState<readonly string[]>([]);
  const members = useMembers(true).data ?? [];
  const [answered, setAnswered] = useState<CommentView | null>(null);

  const send = () => {
    const said = text.trim();
    if (said === "" || reply.isPending) return;
    const comment = {
      text: said,
      ...(answered === null ? {} : { parent: answered.id }),
      ...(notified.length === 0 ? {} : { mentions: [...notified] }),
    };
    reply.mutate(comment, {
      onSuccess: () => {
        setText("");
        setNotified([]);
        setAnswered(null);
      },
      onError: (error) => {
        const { message, hint } = words(error);
        notification.error({ title: message, description: hint });
      },
    });
  };

  const byId = new Map(sheet.comments.map((comment) => [comment.id, comment]));
  return (
    <section className="card" aria-labelledby="comments-title">
      <h2 id="comments-title" className="card-title">
        {t("comments.title")}
        <span className="count">{sheet.comments.length}</span>
      </h2>
      {sheet.comments.length === 0 ? (
        <Nothing title={t("comments.empty")} hint={t("comments.emptyHint")} />
      ) : (
        <ol className="comments">
          {sheet.comments.map((comment) => (
            <Comment
              key={comment.id}
              comment={comment}
              members={members}
              parent={comment.parent === null ? null : (byId.get(comment.parent) ?? null)}
              onAnswer={() => setAnswered(comment)}
            />
          ))}
        </ol>
      )}
      <form
        className="reply"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {answered !== null && (
          <div className="reply-to secondary small">
            {t("comments.answering", { name: answered.author.name })}
            <Button type="link" size="small" onClick={() => setAnswered(null)}>
              {t("comments.answerNobody")}
            </Button>
          </div>
        )}
        <Input.TextArea
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
          }}
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={5000}
          placeholder={t("comments.placeholder")}
          aria-label={t("comments.placeholder")}
        />
        <div className="reply-tools">
          <Select
            className="reply-notify"
            mode="multiple"
            maxCount={20}
            aria-label={t("comments.notify")}
            placeholder={t("comments.notify")}
            value={[...notified]}
            onChange={setNotified}
            optionFilterProp="label"
            options={members.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Button
            htmlType="submit"
            type="primary"
            title={t("comments.keys")}
            loading={reply.isPending}
            disabled={text.trim() === ""}
          >
            {t("comments.send")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Comment(props: {
  comment: CommentView;
  members: readonly Member[];
  parent: CommentView | null;
  onAnswer: () => void;
}) {
  const { t } = useTranslation();
  const { locale } = usePreferences();
  const { comment, parent } = props;
  const ours = comment.topic !== null;
  const name = ours ? t("comments.system") : comment.author.name;
  return (
    <li className={ours ? "comment comment-ours" : "comment"}>
      <div className="comment-head">
        <span className="strong">{name}</span>
        {ours && <Tag className="tag-system">{t("comments.automatic")}</Tag>}
        <time className="secondary small figure" dateTime={comment.createdOn}>
          {formatMoment(comment.createdOn, locale)}
        </time>
        <Button
          type="link"
          size="small"
          className="comment-answer"
          aria-label={t("comments.answerTo", { name })}
          onClick={props.onAnswer}
        >
          {t("comments.answer")}
        </Button>
      </div>
      {parent !== null && <blockquote className="comment-parent">{parent.text}</blockquote>}
      <div className="comment-text">{highlighted(comment.text, props.members)}</div>
    </li>
  );
}

/** Mentions stand out: names of members first, which may hold spaces, then any word after an @. */
function highlighted(text: string, members: readonly Member[]): ReactNode {
  const names = members
    .map(({ name }) => name)
    .filter((name) => name !== "")
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const mention = new RegExp(`(@(?:${[...names, "[\\p{L}\\p{N}_-]+"].join("|")}))`, "u");
  return text.split(mention).map((part, index) =>
    part.startsWith("@") ? (
      <mark key={index} className="mention">
        {part}
      </mark>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
