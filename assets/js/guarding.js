/** Asks before leaving a `<form data-guard>` whose words have not been saved. */
export function startGuarding () {
  const unsaved = new Set()
  document.addEventListener('input', ({ target }) => {
    const form = target.closest?.('form[data-guard]')
    if (form) unsaved.add(form)
  })
  document.addEventListener('submit', ({ target }) => unsaved.delete(target))
  addEventListener('beforeunload', (event) => {
    if ([...unsaved].some((form) => form.isConnected)) event.preventDefault()
  })
}
