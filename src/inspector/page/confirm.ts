// Asks before something is done that cannot be undone.
import { byId } from './elements.ts'

/** Resolves with whether the answer was yes. */
export function confirm(question: string, yes: string): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>('confirm')
  byId('confirm-text').textContent = question
  const yesButton = byId<HTMLButtonElement>('confirm-yes')
  yesButton.textContent = yes
  return new Promise((resolve) => {
    const answers = new AbortController()
    const { signal } = answers
    let answer = false
    yesButton.addEventListener(
      'click',
      () => {
        answer = true
        dialog.close()
      },
      { signal },
    )
    byId('confirm-no').addEventListener('click', () => dialog.close(), { signal })
    dialog.addEventListener(
      'close',
      () => {
        answers.abort()
        resolve(answer)
      },
      { signal },
    )
    dialog.showModal()
  })
}
