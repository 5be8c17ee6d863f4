"""A program for the Assistants API, as one wrote it for OpenAI's servers. Only the line that makes the client names another one."""

import json
import os
import sys
import time

from openai import AssistantEventHandler, OpenAI
from typing_extensions import override

client = OpenAI(base_url=os.environ["ASSISTANTS_BASE_URL"], api_key=os.environ["ASSISTANTS_API_KEY"])

# 1. An assistant.
mentor = client.beta.assistants.create(
    name="Engineering Mentor",
    instructions="You are a senior engineer. Explain system design plainly, and review code with care.",
    model="gpt-4.1",
    tools=[{"type": "code_interpreter"}, {"type": "file_search"}],
)
print(f"assistant: {mentor.id}")

# 2. A thread with a message.
thread = client.beta.threads.create()
client.beta.threads.messages.create(
    thread_id=thread.id,
    role="user",
    content="Explain the trade-offs between synchronous and asynchronous processing in a payment system.",
)


# 3. A run whose answer is streamed.
class Printer(AssistantEventHandler):
    @override
    def on_text_created(self, text) -> None:
        print("assistant > ", end="", flush=True)

    @override
    def on_text_delta(self, delta, snapshot) -> None:
        print(delta.value, end="", flush=True)

    @override
    def on_text_done(self, text) -> None:
        print()

    @override
    def on_tool_call_created(self, tool_call) -> None:
        print(f"[tool: {tool_call.type}]", flush=True)


with client.beta.threads.runs.stream(
    thread_id=thread.id, assistant_id=mentor.id, event_handler=Printer()
) as stream:
    stream.until_done()

# 4. A function: the run stops, this program answers, the run goes on.
support = client.beta.assistants.create(
    name="Order Support Agent",
    instructions="Help customers to check the status of their orders.",
    model="gpt-4.1",
    tools=[
        {
            "type": "function",
            "function": {
                "name": "get_order_status",
                "description": "Look up the current status of a customer order",
                "parameters": {
                    "type": "object",
                    "properties": {"order_id": {"type": "string", "description": "The order ID (e.g., ORD-12345)"}},
                    "required": ["order_id"],
                },
            },
        }
    ],
)
client.beta.threads.messages.create(thread_id=thread.id, role="user", content="Where is my order ORD-12345?")
run = client.beta.threads.runs.create(thread_id=thread.id, assistant_id=support.id)


def wait(run):
    while run.status in ("queued", "in_progress"):
        time.sleep(0.2)
        run = client.beta.threads.runs.retrieve(thread_id=thread.id, run_id=run.id)
    return run


run = wait(run)
if run.status == "requires_action":
    outputs = []
    for call in run.required_action.submit_tool_outputs.tool_calls:
        print(f"call: {call.function.name}({call.function.arguments})")
        if call.function.name == "get_order_status":
            order = json.loads(call.function.arguments)["order_id"]
            status = {"order_id": order, "status": "shipped", "tracking": "1Z999AA10123"}
            outputs.append({"tool_call_id": call.id, "output": json.dumps(status)})
    run = wait(client.beta.threads.runs.submit_tool_outputs(thread_id=thread.id, run_id=run.id, tool_outputs=outputs))
print(f"run: {run.status}")

# 5. What is on the thread now, newest first.
for message in client.beta.threads.messages.list(thread_id=thread.id).data:
    for block in message.content:
        if block.type == "text":
            print(f"{message.role}: {block.text.value}")

sys.exit(0 if run.status == "completed" else 1)
