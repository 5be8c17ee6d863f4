import { inlineScalar } from "./edit/valueText.ts";

/** What a template is filled in with. */
export interface TemplateValues {
  readonly name: string;
  /** A store definition of the workspace; null while there is none. */
  readonly store: string | null;
}

/** A beginning for a new definition. */
export interface Template {
  readonly label: string;
  readonly detail: string;
  readonly text: (values: TemplateValues) => string;
}

const yaml = { json: false, eol: "\n", plainest: false } as const;

const head = (name: string): string =>
  `name: ${inlineScalar(name, "PLAIN", false, yaml)}\n# No model is named, so the connection's is used.\n`;

const budget = `run:\n  max_completion_tokens: 2000   # what a run may cost at most\n`;

/** The templates of *New Assistant*, the plainest first. Each gives a definition without errors. */
export const templates: readonly Template[] = [
  {
    label: "Conversation",
    detail: "Instructions, and nothing else",
    text: ({ name }) => `${head(name)}instructions: |
  You are a helpful assistant.
  Answer briefly. Say so when you do not know.
${budget}`,
  },
  {
    label: "Functions",
    detail: "Calls functions of yours: the run waits for their outputs",
    text: ({ name }) => `${head(name)}instructions: |
  You help customers with their orders.
  Look an order up before you say anything about it. Never make an order number up: ask for it.
tools:
  - type: function
    function:
      name: get_order_status
      description: Look up the current status of a customer order. Call it whenever an order number is mentioned.
      parameters:
        type: object
        properties:
          order_id: { type: string, description: "The order ID (e.g., ORD-12345)" }
        required: [order_id]
  - type: function
    function:
      name: request_return
      description: Start the return of an order, once the customer has confirmed it
      parameters:
        type: object
        properties:
          order_id: { type: string, description: "The order ID (e.g., ORD-12345)" }
          reason: { type: string, enum: [damaged, wrong_item, not_needed] }
        required: [order_id, reason]
${budget}`,
  },
  {
    label: "Search in documents",
    detail: "file_search on a vector store",
    text: ({ name, store }) => `${head(name)}instructions: |
  Answer from the documents only, and cite them.
  When they do not have the answer, say so.
tools:
  - type: file_search
    file_search: { max_num_results: 8 }
${
  store === null
    ? `# "Assistants: New Vector Store" makes a *.vectorstore.yaml. Its name goes here:
# tool_resources:
#   file_search: { vector_store: product-docs }
`
    : `tool_resources:\n  file_search: { vector_store: ${inlineScalar(store, "PLAIN", true, yaml)} }\n`
}${budget}`,
  },
  {
    label: "Data analysis",
    detail: "code_interpreter: the model runs Python on your files",
    text: ({ name }) => `${head(name)}instructions: |
  You analyse data with Python. Look at the data before you compute anything.
  Show how a number was found, and say what the data cannot tell.
tools:
  - type: code_interpreter
# Files of the workspace that it gets, uploaded at push:
# tool_resources:
#   code_interpreter: { files: [./data/orders.csv] }
${budget}`,
  },
  {
    label: "Structured output",
    detail: "Every answer is JSON by a schema",
    text: ({ name }) => `${head(name)}instructions: |
  Read the message and fill in the fields. Leave a field null when the message does not say it.
response_format:
  type: json_schema
  json_schema:
    name: ticket
    strict: true
    schema:
      type: object
      properties:
        summary: { type: string, description: One sentence }
        urgency: { type: string, enum: [low, normal, high] }
        order_id: { type: [string, "null"] }
      required: [summary, urgency, order_id]
      additionalProperties: false
${budget}`,
  },
];
