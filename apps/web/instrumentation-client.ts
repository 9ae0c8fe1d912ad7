const waits = [502, 503, 504];

/**
 * A proxy, or the server without its pages, answers a request of the router with a page of its own, and the router would put that in place
 * of this one. To the router it is no answer, so that it waits. Only the router sends this header.
 */
const ask = window.fetch;
window.fetch = async (input, init) => {
  const response = await ask(input, init);
  if (waits.includes(response.status) && new Headers(init?.headers).has("rsc"))
    throw new TypeError(`The pages answer ${response.status}.`);
  return response;
};
