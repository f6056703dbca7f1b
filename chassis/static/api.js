// Shows the OpenAPI document that the page names. Nothing is asked of anybody else: no validator, no web fonts.
const place = document.getElementById("api");
SwaggerUIBundle({ url: place.dataset.document, domNode: place, deepLinking: true, validatorUrl: null, docExpansion: "list" });
