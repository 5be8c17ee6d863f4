/** Orders, as a shop's own service would know them. */
const orders = {
  "ORD-12345": { status: "shipped", tracking: "1Z999AA10123" },
  "ORD-777": { status: "delivered" },
};

/** Answers calls of `get_order_status`. What is printed goes to the log "Assistants: Handlers". */
export default function getOrderStatus({ order_id }) {
  console.log(`Looking up ${order_id}`);
  const order = Object.hasOwn(orders, order_id) ? orders[order_id] : undefined;
  if (order === undefined) throw new Error(`There is no order ${order_id}.`);
  return { order_id, ...order };
}
