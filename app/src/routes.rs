//! Every address of the interface. Panel pages render whole before they are sent (`SsrMode::Async`), so that status
//! codes are right and nothing moves while the browser wakes the page.

use crate::drawn::DrawnPage;
use crate::panels::{Home, NotFoundPage, Panel};
use crate::sign_in::SignInPage;
use crate::visit::provide_visit;
use crate::{customers, imports, portal, radius};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::path;
use ui::prelude::*;

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let visit = provide_visit();
    provide_language(visit.language());
    provide_hydrated();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage/> }.into_any()>
                <Route path=path!("sign-in") view=SignInPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Panel ssr=SsrMode::Async>
                    <Route path=path!("") view=Home ssr=SsrMode::Async/>
                    <ParentRoute path=path!("imports") view=Outlet ssr=SsrMode::Async>
                        <Route path=path!("") view=imports::ImportsPage ssr=SsrMode::Async/>
                        <Route path=path!(":id") view=imports::ImportPage ssr=SsrMode::Async/>
                    </ParentRoute>
                    <ParentRoute path=path!("radius") view=Outlet ssr=SsrMode::Async>
                        <Route path=path!("") view=radius::ClientsPage ssr=SsrMode::Async/>
                        <Route path=path!("new") view=radius::NewClientPage ssr=SsrMode::Async/>
                        <Route path=path!("online") view=radius::OnlinePage ssr=SsrMode::Async/>
                        <Route path=path!("attempts") view=radius::AttemptsPage ssr=SsrMode::Async/>
                        <Route path=path!(":id") view=radius::EditClientPage ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route path=path!("customers") view=customers::SubscribersPage ssr=SsrMode::Async/>
                    <Route path=path!("customers/new") view=customers::NewSubscriberPage ssr=SsrMode::Async/>
                    <Route path=path!("customers/:id") view=customers::SubscriberPage ssr=SsrMode::Async/>
                    <Route path=path!("my/invoices") view=portal::MyInvoicesPage ssr=SsrMode::Async/>
                    <Route path=path!("my/invoices/:id") view=portal::MyInvoicePage ssr=SsrMode::Async/>
                    <Route path=path!("/*drawn") view=DrawnPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
