// Runs before the body is drawn, so that nothing jumps when the modules arrive.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
