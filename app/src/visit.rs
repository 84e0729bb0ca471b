//! Who is looking, at whose site, in which language: decided once by the server for each page, written into the page,
//! and read from there by the browser, so that both sides begin from the same facts.

use domain::people::{Role, Titles};
use domain::rights::Permission;
use leptos::prelude::*;
use locales::Language;
use serde::{Deserialize, Serialize};

/// Everything a page may know of its surroundings. Holds no secret: it is readable in the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub language: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    pub site: SiteView,
    pub person: Option<PersonView>,
    /// The business day and the offset of the site's zone from UTC in minutes, as of this page.
    pub today: chrono::NaiveDate,
    pub offset_minutes: i32,
    /// Names the build: a page of an older one offers to reload.
    pub build: String,
    /// Something that should run does not; told to those who can do something about it.
    #[serde(default)]
    pub alarm: AlarmView,
    /// What the platform tells this person and he has not read yet.
    #[serde(default)]
    pub notices: Vec<NoticeNote>,
    /// How this ISP calls its roles, in the language of the page.
    #[serde(default)]
    pub titles: Titles,
}

/// A notice from above the ISP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeNote {
    pub id: String,
    pub kind: domain::platform::NoticeKind,
    pub title: String,
    pub words: String,
}

/// What the banner says above every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmView {
    /// No server looks for work.
    pub dead: bool,
    /// Names of jobs that are late.
    pub late: Vec<String>,
    /// A run that would have cut unusually many waits for a decision.
    pub brake: Option<domain::BrakeId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteView {
    pub name: String,
    /// The platform itself, not an ISP.
    pub platform: bool,
    /// IANA name.
    pub time_zone: String,
    pub currency: domain::Currency,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    pub name: String,
    pub role: Role,
    pub permissions: Vec<Permission>,
    /// Somebody else acts as this person.
    #[serde(default)]
    pub behind: Option<String>,
}

impl Visit {
    pub fn language(&self) -> Language {
        Language::from_code(&self.language).unwrap_or(Language::English)
    }

    /// The name of a role, as it is called here.
    pub fn role_words(&self, role: Role) -> String {
        let usual = || ui::prelude::t(&format!("role-{}", role.slug().replace('_', "-")));
        self.titles.get(role).map_or_else(usual, str::to_owned)
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.person.as_ref().is_some_and(|person| person.permissions.contains(&permission))
    }

    /// An instant as the site's clocks show it.
    pub fn local(&self, at: chrono::DateTime<chrono::Utc>) -> chrono::NaiveDateTime {
        at.naive_utc() + chrono::TimeDelta::minutes(i64::from(self.offset_minutes))
    }

    pub fn role(&self) -> Option<Role> {
        self.person.as_ref().map(|person| person.role)
    }
}

/// The visit of this page.
pub fn use_visit() -> Visit {
    expect_context::<Visit>()
}

/// Makes the visit known to everything below: from the request on the server, from the page in the browser.
#[cfg(feature = "ssr")]
pub(crate) fn provide_visit() -> Visit {
    let visit = server::visit_of_request().unwrap_or_else(server::nowhere);
    provide_context(visit.clone());
    visit
}

#[cfg(not(feature = "ssr"))]
pub(crate) fn provide_visit() -> Visit {
    let content = document().query_selector("meta[name=lastmile-visit]").ok().flatten().and_then(|meta| meta.get_attribute("content"));
    let visit: Visit = content.and_then(|json| serde_json::from_str(&json).ok()).expect("the page names its visit");
    provide_context(visit.clone());
    visit
}

#[cfg(feature = "ssr")]
pub mod server {
    //! The server's half: what the HTTP layer found out about a request before any page or server function runs.

    use super::Visit;
    use crate::UiError;
    use axum::http::HeaderValue;
    use axum::http::header::SET_COOKIE;
    use axum::http::request::Parts;
    use domain::IspId;
    use domain::people::{Caller, PlatformCaller};
    use leptos::prelude::*;
    use services::Services;
    use services::people::Who;

    /// Put into the request's extensions by the HTTP layer.
    #[derive(Clone)]
    pub struct Request {
        pub services: Services,
        pub isp: Option<IspId>,
        pub who: Option<Who>,
        /// Somebody who still owes a part of his sign-in; `who` is nobody then.
        pub half: Option<Who>,
        pub visit: Visit,
        /// Scheme and host that were asked: what a link on paper begins with.
        pub base: String,
        /// The provider of this site is suspended.
        pub suspended: Option<domain::platform::Suspension>,
        /// Staff may not come from where this was asked.
        pub outside: bool,
    }

    /// Whether whoever asks may read and change nothing.
    pub(crate) fn is_read_only() -> bool {
        request().is_some_and(|request| match request.who {
            Some(Who::Isp { caller, .. }) => caller.read_only,
            Some(Who::Platform { caller, .. }) => caller.read_only,
            _ => false,
        })
    }

    /// The cookie that a session is kept in. Where TLS is spoken, every cookie of an answer is marked for it at the edge.
    pub fn session_cookie(token: &str) -> String {
        format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800")
    }

    pub const SESSION_COOKIE: &str = "lm_session";

    /// What a server function works with.
    pub struct Session {
        pub services: Services,
        pub visit: Visit,
        pub base: String,
        /// Whose site it is; `None`: the platform's own.
        pub isp: Option<IspId>,
        who: Option<Who>,
        half: Option<Who>,
    }

    fn request() -> Option<Request> {
        use_context::<Parts>().and_then(|parts| parts.extensions.get::<Request>().cloned())
    }

    pub(super) fn visit_of_request() -> Option<Visit> {
        request().map(|request| request.visit)
    }

    /// The list of routes is made without a request.
    pub(super) fn nowhere() -> Visit {
        Visit {
            language: "en".into(),
            theme: "system".into(),
            site: super::SiteView { name: "Lastmile".into(), platform: true, time_zone: "UTC".into(), currency: domain::Currency::Bdt },
            person: None,
            today: chrono::NaiveDate::MIN,
            offset_minutes: 0,
            build: String::new(),
            alarm: super::AlarmView::default(),
            notices: Vec::new(),
            titles: super::Titles::default(),
        }
    }

    impl Session {
        pub fn get() -> Result<Self, UiError> {
            let request = request().ok_or_else(|| UiError::Internal("no request".into()))?;
            Ok(Self::of(request))
        }

        pub fn of(request: Request) -> Self {
            let Request { services, isp, who, half, visit, base, .. } = request;
            Self { services, visit, base, isp, who, half }
        }

        /// The person inside this site's ISP.
        pub fn caller(&self) -> Result<&Caller, UiError> {
            match &self.who {
                Some(Who::Isp { caller, .. }) => Ok(caller),
                Some(Who::Platform { .. }) => Err(UiError::NotFound),
                Some(Who::Half { .. }) | None => Err(UiError::SignIn),
            }
        }

        /// The person, wherever his account is: for what is about himself.
        pub fn who(&self) -> Result<&Who, UiError> {
            self.who.as_ref().ok_or(UiError::SignIn)
        }

        /// Somebody between his password and a whole session.
        pub fn half(&self) -> Option<&Who> {
            self.half.as_ref()
        }

        /// Puts the session's next cookie into the answer.
        pub fn renew(&self, token: &str) {
            let cookie = session_cookie(token);
            if let (Some(response), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie)) {
                response.append_header(SET_COOKIE, value);
            }
        }

        /// The person on the platform's own site.
        pub fn platform(&self) -> Result<&PlatformCaller, UiError> {
            match &self.who {
                Some(Who::Platform { caller, .. }) => Ok(caller),
                Some(Who::Isp { .. }) => Err(UiError::NotFound),
                Some(Who::Half { .. }) | None => Err(UiError::SignIn),
            }
        }
    }
}
