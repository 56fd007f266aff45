import { App, Button, Drawer, Form } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { GridTable, GridWrite } from "../../../plugin/server/api.ts";
import { draftOf, readDraft, type Draft } from "../drafts.ts";
import { useApi } from "../queries.ts";
import type { WordKey } from "../words.ts";
import { useRefusalWords } from "./faces.tsx";
import { FieldInput } from "./field-input.tsx";

/** A form for one new row: every field that can be written. */
export function NewRecord(props: { table: GridTable; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      size="min(520px, 100vw)"
      title={t("new.title", { table: props.table.name })}
      destroyOnHidden
    >
      <NewRecordForm {...props} />
    </Drawer>
  );
}

function NewRecordForm({ table, onClose }: { table: GridTable; onClose: () => void }) {
  const { t } = useTranslation();
  const { message, notification } = App.useApp();
  const words = useRefusalWords();
  const api = useApi();
  const client = useQueryClient();
  const fields = table.fields.filter((field) => !field.readOnly);
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [problems, setProblems] = useState<Readonly<Record<string, WordKey>>>({});
  const add = useMutation({
    mutationFn: (write: GridWrite) => api.addRecord(table.id, write),
    onSuccess: async (record) => {
      void message.success(t("new.added", { title: record.title }));
      onClose();
      await client.invalidateQueries({
        predicate: ({ queryKey: [, name, which] }) =>
          name === "tables" || (name === "records" && which === table.id),
      });
    },
    onError: (error) => {
      const refusal = words(error);
      notification.error({ title: refusal.message, description: refusal.hint, duration: 10 });
    },
  });

  const submit = () => {
    const wrong: Record<string, WordKey> = {};
    const values: GridWrite["fields"] = {};
    for (const field of fields) {
      const read = readDraft(field, drafts[field.id] ?? draftOf(field, undefined));
      if (!read.ok) wrong[field.id] = read.problem;
      else if (read.value !== null) values[field.id] = read.value;
    }
    setProblems(wrong);
    if (Object.keys(wrong).length === 0) add.mutate({ fields: values });
  };

  return (
    <Form layout="vertical" onFinish={submit} requiredMark>
      {fields.map((field) => {
        const problem = problems[field.id];
        const id = `new-${field.id}`;
        return (
          <Form.Item
            key={field.id}
            label={field.name}
            htmlFor={id}
            required={field.required}
            {...(problem === undefined ? {} : { validateStatus: "error", help: t(problem) })}
          >
            <FieldInput
              id={id}
              field={field}
              draft={drafts[field.id] ?? draftOf(field, undefined)}
              invalid={problem !== undefined}
              onChange={(draft) => setDrafts({ ...drafts, [field.id]: draft })}
            />
          </Form.Item>
        );
      })}
      <div className="form-tools">
        <Button onClick={onClose}>{t("new.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {t("new.save")}
        </Button>
      </div>
    </Form>
  );
}
