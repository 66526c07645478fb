/** `<button data-copy="ID" hidden>` copies the text of that element and says so. */
export function startCopying () {
  if (!navigator.clipboard) return
  for (const button of document.querySelectorAll('button[data-copy]')) button.hidden = false
  document.addEventListener('click', async ({ target }) => {
    const button = target.closest?.('button[data-copy]')
    if (!button) return
    const source = document.getElementById(button.dataset.copy)
    const words = button.dataset.words ??= button.textContent
    button.textContent = await navigator.clipboard.writeText(source.value ?? source.innerText)
      .then(() => 'Copied', () => 'Not copied: select the text and copy it by hand')
    setTimeout(() => { button.textContent = words }, 3000)
  })
}
