//! Draws one page as text for one visitor. It decides nothing about rights: the use cases that a page calls do.

use super::pages;
use super::refusal::{refusal, words};
use crate::visit::server::{Request, Session};
use crate::{UiError, Visit};
use axum::http::request::Parts;
use domain::IspId;
use domain::customers::Paging;
use domain::people::{Caller, PlatformCaller, Role};
use domain::platform::Level;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use services::Services;
use services::people::Who;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use ui::prelude::*;

/// A page as text, ready to be put into the frame.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// HTTP status.
    pub status: u16,
    pub title: String,
    pub html: String,
    /// Path and query that it is the page of.
    pub at: String,
    /// There is no page here: go on to this address.
    pub go: Option<String>,
}

/// What a page is drawn from: who looks, where, and what was typed so far.
pub struct Drawing {
    session: Session,
    path: String,
    query: Query,
    params: Vec<(&'static str, String)>,
    sent: Option<Sent>,
    elsewhere: Arc<OnceLock<String>>,
}

impl Drawing {
    pub fn services(&self) -> &Services {
        &self.session.services
    }

    /// The person inside this site's ISP.
    pub fn caller(&self) -> Result<&Caller, UiError> {
        self.session.caller()
    }

    /// The person on the platform's own site.
    pub fn platform(&self) -> Result<&PlatformCaller, UiError> {
        self.session.platform()
    }

    /// The person, wherever his account is.
    pub fn who(&self) -> Result<&Who, UiError> {
        self.session.who()
    }

    /// Somebody between his password and a whole session.
    pub fn half(&self) -> Option<&Who> {
        self.session.half()
    }

    pub fn visit(&self) -> &Visit {
        &self.session.visit
    }

    /// Whose site it is; `None`: the platform's own.
    pub fn isp(&self) -> Option<IspId> {
        self.session.isp
    }

    /// Scheme and host that were asked.
    pub fn base(&self) -> &str {
        &self.session.base
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Which page of a list the URL asks for.
    pub fn paging(&self) -> Paging {
        crate::lists::paging(&self.query)
    }

    /// The `:name` of the path; nonsense there is a page that does not exist.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T, UiError> {
        let found = self.params.iter().find(|(known, _)| *known == name);
        found.and_then(|(_, text)| text.parse().ok()).ok_or(UiError::NotFound)
    }

    /// Instead of a page: on to another.
    pub fn go(&self, to: String) -> AnyView {
        // The first word counts.
        let _ = self.elsewhere.set(to);
        ().into_any()
    }

    /// What stands in a field while it is typed (`PostForm live=true`) or after a refusal.
    pub fn typed(&self, field: &str) -> Option<&str> {
        let sent = self.sent.as_ref()?;
        sent.typed().pairs().iter().find(|(key, _)| key == field).map(|(_, value)| value.as_str())
    }

    /// Everything that is ticked under one name, as `typed`.
    pub fn ticked(&self, field: &str) -> Vec<String> {
        self.sent.iter().flat_map(|sent| sent.typed().all(field)).map(str::to_owned).collect()
    }
}

/// Draws the page at `at`, a path with its query. `sent` is a form of it that came back.
pub async fn draw(request: &Request, at: &str, sent: Option<Sent>) -> Drawn {
    let (path, query) = at.split_once('?').unwrap_or((at, ""));
    let owner = Owner::default();
    let title = TitleSlot::default();
    let elsewhere = Arc::<OnceLock<String>>::default();
    owner.with(|| {
        provide_context(request.visit.clone());
        provide_language(request.visit.language());
        provide_current_url(CurrentUrl::fixed(path, query));
        provide_context(title.clone());
        if let Some(sent) = sent.clone() {
            provide_context(sent);
        }
    });
    let answer = match pages::find(path) {
        None => Err(UiError::NotFound),
        Some((page, params)) => {
            let drawing = Drawing {
                session: Session::of(request.clone()),
                path: path.to_owned(),
                query: Query::parse(query),
                params,
                sent: sent.clone(),
                elsewhere: elsewhere.clone(),
            };
            owner.with(|| ScopedFuture::new((page.draw)(drawing))).await
        }
    };
    let status = answer.as_ref().map_or_else(UiError::status, |_| 200);
    let html = owner.with(|| {
        let page = above(request) + &answer.unwrap_or_else(|error| refusal(&error)).to_html();
        // The form may be gone by now, as when somebody else has done it already.
        match sent.filter(|sent| !sent.is_shown() && !sent.problems().is_empty()) {
            None => page,
            Some(sent) => {
                let words = words(sent.problems());
                view! { <div class="mb-5"><Alert tone=Tone::Bad>{words}</Alert></div> }.to_html() + &page
            }
        }
    });
    let title = title.take().unwrap_or_else(|| request.visit.site.name.clone());
    owner.cleanup();
    Drawn { status, title, html, at: at.to_owned(), go: elsewhere.get().cloned() }
}

/// What stands above every page: that the provider is suspended, for whoever works there and at the door.
fn above(request: &Request) -> String {
    let door = request.outside && request.who.is_none();
    let held = door.then(|| view! { <div class="mb-5" id="outside"><Alert tone=Tone::Info>{t("networks-door")}</Alert></div> }.to_html());
    suspended(request) + &held.unwrap_or_default()
}

fn suspended(request: &Request) -> String {
    let staff = !matches!(&request.who, Some(Who::Isp { caller, .. }) if caller.role == Role::Customer);
    let Some(suspension) = request.suspended.as_ref().filter(|_| staff) else { return String::new() };
    let since = locales::date(use_language(), request.visit.local(suspension.since).date());
    // Why is between the provider and the platform, not for who stands outside.
    let why = request.who.is_some().then(|| suspension.why.clone()).filter(|why| !why.is_empty());
    let words = t_with("suspended-words", &[("date", since.into())]);
    let whom = t(match suspension.by {
        Level::Tenant => "suspended-by-platform",
        Level::Isp => "suspended-by-tenant",
    });
    let view = view! {
        <div class="mb-5" id="suspended">
            <Alert tone=Tone::Warning title=t("suspended-title")>{words}" "{whom}{why.map(|why| view! { <span class="block mt-1">{why}</span> })}</Alert>
        </div>
    };
    view.to_html()
}

/// The page that the HTTP layer has drawn for the document being rendered.
pub(crate) fn of_request() -> Option<Arc<Drawn>> {
    use_context::<Parts>()?.extensions.get::<Arc<Drawn>>().cloned()
}
