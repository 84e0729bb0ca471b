//! The document around every page. Its policy allows our own files and scripts that carry this page's nonce, and
//! nothing inline (SEC-11).

use crate::app::App;
use crate::drawn::{Script, of_request};
use crate::visit::provide_visit;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};
use ui::prelude::*;

/// The whole document; the browser hydrates `App` inside its body.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let visit = provide_visit();
    let theme = Theme::from_code(&visit.theme).unwrap_or(Theme::System);
    let json = serde_json::to_string(&visit).unwrap_or_default();
    let language = visit.language();
    provide_language(language);
    let drawn = of_request();
    let title = drawn.as_ref().map_or_else(|| visit.site.name.clone(), |drawn| drawn.title.clone());
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Some(Ok(status)) = drawn.map(|drawn| axum::http::StatusCode::from_u16(drawn.status))
    {
        response.set_status(status);
    }
    view! {
        <!DOCTYPE html>
        <html lang=language.code() data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <title>{title}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="google" content="notranslate"/>
                <meta name="theme-color" content="#0b6478"/>
                <meta name="lastmile-visit" content=json/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="preload" href="/fonts/inter-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <HashedStylesheet id="style" options=options.clone()/>
                <Script/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body translate="no">
                <App/>
            </body>
        </html>
    }
}
