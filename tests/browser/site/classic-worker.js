onmessage = async ({ ports: [port] }) => {
  try {
    const { load } = await import('./aisle/index.js');
    const { exercise } = await import('./body.mjs');
    port.postMessage({ report: await exercise(load) });
  } catch (error) {
    port.postMessage({ error: `${error.code}: ${error.message}` });
  }
};
