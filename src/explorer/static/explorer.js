// What every page gains by a script: keys, completion, copying, and views that renew themselves. All works without it.

document.documentElement.classList.add('js')

// `/` goes to the search box; arrows, or j and k, go through a list; Enter opens.
{
  const isTyping = (target) => target.matches('input, select, textarea, [contenteditable]')
  let chosen = -1
  const items = () =>
    [...document.querySelectorAll('[data-list] > *, main tbody > tr')].filter((item) => item.querySelector('a'))
  const choose = (index) => {
    const all = items()
    if (all.length === 0) return
    all[chosen]?.classList.remove('chosen')
    chosen = Math.max(0, Math.min(all.length - 1, index))
    const item = all[chosen]
    item.classList.add('chosen')
    item.scrollIntoView({ block: 'nearest' })
    const link = item.querySelector('a.path') ?? item.querySelector('a')
    link.focus({ preventScroll: true })
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (isTyping(event.target)) {
      if (event.key === 'Escape') event.target.blur()
      return
    }
    if (event.key === '/') {
      const box = document.querySelector('main [data-focus]') ?? document.querySelector('[data-focus]')
      box?.focus()
      box?.select()
    } else if (event.key === 'ArrowDown' || event.key === 'j') choose(chosen + 1)
    else if (event.key === 'ArrowUp' || event.key === 'k') choose(chosen - 1)
    else return
    event.preventDefault()
  })
}

// Completion of fields and values, as a combobox of its own below the box.
for (const [number, box] of [...document.querySelectorAll('input[data-complete]')].entries()) {
  const list = document.createElement('ul')
  list.className = 'suggestions'
  list.id = `suggestions-${number}`
  list.hidden = true
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', 'Suggestions')
  box.after(list)
  if (getComputedStyle(box.parentElement).position === 'static') box.parentElement.style.position = 'relative'
  box.setAttribute('role', 'combobox')
  box.setAttribute('aria-autocomplete', 'list')
  box.setAttribute('aria-controls', list.id)
  box.setAttribute('aria-expanded', 'false')
  let answer = { from: 0, suggestions: [] }
  let chosen = -1
  let asked = 0
  let timer

  const hide = () => {
    list.hidden = true
    chosen = -1
    box.setAttribute('aria-expanded', 'false')
    box.removeAttribute('aria-activedescendant')
  }
  const choose = (index) => {
    list.children[chosen]?.setAttribute('aria-selected', 'false')
    chosen = index
    const item = list.children[chosen]
    if (!item) return
    item.setAttribute('aria-selected', 'true')
    item.scrollIntoView({ block: 'nearest' })
    box.setAttribute('aria-activedescendant', item.id)
  }
  const take = (index) => {
    const isField = box.dataset.complete === 'field'
    const { text: whole } = answer.suggestions[index]
    const text = isField ? whole.replace(/:$/, '') : whole
    const rest = box.value.slice(box.selectionStart).replace(/^\S*/, '')
    const head = box.value.slice(0, answer.from) + text
    box.value = head + rest
    box.setSelectionRange(head.length, head.length)
    hide()
    if (text.endsWith(':')) ask()
  }
  const show = () => {
    list.replaceChildren(
      ...answer.suggestions.map(({ text, note }, index) => {
        const item = document.createElement('li')
        item.id = `${list.id}-${index}`
        item.setAttribute('role', 'option')
        item.setAttribute('aria-selected', 'false')
        const code = document.createElement('code')
        code.textContent = text
        const says = document.createElement('span')
        says.textContent = note
        item.append(code, says)
        item.addEventListener('mousedown', (event) => {
          event.preventDefault()
          take(index)
        })
        return item
      }),
    )
    chosen = -1
    list.hidden = answer.suggestions.length === 0
    box.setAttribute('aria-expanded', String(!list.hidden))
  }
  const ask = async () => {
    const number = ++asked
    const typed = box.value.slice(0, box.selectionStart)
    try {
      const of = box.dataset.complete === 'host' ? '&of=host' : ''
      const response = await fetch(`/complete.json?q=${encodeURIComponent(typed)}${of}`)
      if (!response.ok || number !== asked || document.activeElement !== box) return
      answer = await response.json()
      show()
    } catch {
      hide()
    }
  }
  box.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(ask, 120)
  })
  box.addEventListener('blur', hide)
  box.addEventListener('keydown', (event) => {
    if (list.hidden) return
    const count = list.children.length
    if (event.key === 'ArrowDown') choose((chosen + 1) % count)
    else if (event.key === 'ArrowUp') choose((chosen + count - (chosen < 0 ? 0 : 1)) % count)
    else if (event.key === 'Tab' && !event.shiftKey) take(Math.max(0, chosen))
    else if (event.key === 'Enter' && chosen >= 0) take(chosen)
    else if (event.key === 'Escape') hide()
    else return
    event.preventDefault()
    event.stopPropagation()
  })
}

// The command below an answer.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]')
  if (!button) return
  await navigator.clipboard.writeText(button.dataset.copy)
  button.textContent = 'Copied'
  setTimeout(() => {
    button.textContent = 'Copy'
  }, 1500)
})

// A moment that is chosen on a chart goes into the form; with two of them the comparison is asked.
document.addEventListener('picked', ({ detail }) => {
  const form = document.querySelector('[data-moments]')
  const moments = form.elements.at
  moments.value = `${moments.value} ${detail}`.trim()
  if (moments.value.split(/\s+/).length > 1) form.submit()
})

// A live view asks for itself again and takes over what is new; `data-live` holds the seconds between.
{
  const view = document.querySelector('[data-live]')
  const seconds = Number(view?.dataset.live ?? 0)
  const state = document.querySelector('[data-state]')
  const renew = async () => {
    if (document.hidden) return
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } })
      if (!response.ok) throw new Error(response.statusText)
      const next = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-live]')
      const known = new Set([...view.querySelectorAll('[data-key]')].map((item) => item.dataset.key))
      for (const item of next?.querySelectorAll('[data-key]') ?? [])
        if (!known.has(item.dataset.key)) item.classList.add('new')
      if (next && next.innerHTML !== view.innerHTML) view.replaceChildren(...next.childNodes)
      state?.classList.remove('lost')
    } catch {
      state?.classList.add('lost')
    }
  }
  if (view && seconds > 0) setInterval(renew, seconds * 1000)
}
