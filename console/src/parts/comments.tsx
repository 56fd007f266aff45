import { App, Button, Input, Tag } from "antd";
import { Fragment, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CommentView, SheetDetail } from "../../../plugin/server/api.ts";
import { formatMoment } from "../format.ts";
import { usePreferences } from "../preferences.ts";
import { useReply } from "../queries.ts";
import { Nothing, useRefusalWords } from "./faces.tsx";

/** What was said about a sheet, by people and by us, and a place to answer. */
export function Comments({ sheet }: { sheet: SheetDetail }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const words = useRefusalWords();
  const reply = useReply(sheet.id);
  const [text, setText] = useState("");
  const [answered, setAnswered] = useState<CommentView | null>(null);

  const send = () => {
    const said = text.trim();
    if (said === "" || reply.isPending) return;
    reply.mutate(answered === null ? { text: said } : { text: said, parent: answered.id }, {
      onSuccess: () => {
        setText("");
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
          <span className="secondary small">{t("comments.keys")}</span>
          <Button
            htmlType="submit"
            type="primary"
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
        {ours && <Tag color="processing">{t("comments.automatic")}</Tag>}
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
      <div className="comment-text">{highlighted(comment.text)}</div>
    </li>
  );
}

/** Mentions stand out; the text is otherwise as written. */
function highlighted(text: string): ReactNode {
  return text.split(/(@[\p{L}\p{N}_.·-]+)/u).map((part, index) =>
    part.startsWith("@") ? (
      <mark key={index} className="mention">
        {part}
      </mark>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
