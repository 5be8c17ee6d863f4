import { markerKey } from "../sync/fields.ts";
import type { DocumentPlan } from "./documentPlan.ts";
import type { StoreFound } from "./findStore.ts";
import type { DocumentPorts } from "./ports.ts";
import type { Requests } from "./requests.ts";

/**
 * The id of a plan's store, which is made when there is none, and expires as the plan says. The lock knows of a creation before it is
 * asked for: one whose answer is lost is found again by its mark.
 */
export async function openStore(
  plan: DocumentPlan,
  found: StoreFound,
  ports: DocumentPorts,
  requests: Requests,
): Promise<string> {
  const locked = await ports.lockedStore();
  const mark = (): string => `store:${plan.store}#${ports.randomMark()}`;
  if (plan.storeId !== null) {
    const id = plan.storeId;
    const { expiresAfter } = plan;
    if (locked?.id !== id) await ports.writeLockedStore({ id, marker: found.store?.metadata?.[markerKey] ?? mark() });
    if (expiresAfter !== undefined)
      await requests.make((signal) => ports.provider.updateVectorStore(id, { expires_after: expiresAfter }, signal));
    return id;
  }
  const marker = locked === null || plan.remade !== null ? mark() : locked.marker;
  await ports.writeLockedStore({ id: null, marker });
  const made = await requests.make(
    () =>
      ports.createStore({
        name: plan.store,
        metadata: { [markerKey]: marker },
        ...(plan.expiresAfter == null ? {} : { expires_after: plan.expiresAfter }),
      }),
    {
      find: async () => {
        const page = await requests.make((signal) => ports.provider.listVectorStores({}, signal));
        return page.data.find(({ metadata }) => metadata?.[markerKey] === marker) ?? null;
      },
    },
  );
  await ports.writeLockedStore({ id: made.id, marker });
  return made.id;
}
