//! Every server function, called by nobody, by each role, by a person with and without the grant, and by the admin of a
//! sibling ISP with our ids in his hands. The list comes from the program itself: a new one without a row here fails.

use super::house::{MARK, Needs, granted_to_staff, has, house, staff_with};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::people::Role;
use domain::rights::Permission;
use tower::ServiceExt;

/// Path, arguments (with `{…}` for Padma's ids), need.
pub(super) fn endpoints() -> Vec<(&'static str, &'static str, Needs)> {
    use Needs::{AllOf, AnyOf, Platform, Right, SignedIn};
    use Permission as P;
    vec![
        ("platform/tenant-save", "id={tenant}&version=1&form[name]=Delta", Platform),
        ("platform/tenant-create", "form[name]=New&form[slots]=1&form[admin_name]=A&form[admin_email]=new@new.example", Platform),
        ("platform/tenant-suspend", "id={tenant}&reason=unpaid", Platform),
        ("platform/tenant-lift", "id={tenant}", Platform),
        ("platform/tenant-delete", "id={tenant}&reason=left", Platform),
        ("platform/tenant-restore", "id={tenant}", Platform),
        ("platform/head-password", "id={head}", Platform),
        ("platform/slots-change", "tenant={spare}&more=true&count=2&reason=bought", Platform),
        ("platform/slots-transfer", "from={spare}&to={tenant}&count=1&reason=moved", Platform),
        (
            "platform/isp-create",
            "form[tenant]={spare}&form[name]=N&form[short_name]=nn&form[host]=nn.test&form[time_zone]=Asia/Dhaka&form[currency]=BDT&form[language]=en&form[admin_name]=A&form[admin_email]=a@nn.example",
            Platform,
        ),
        ("platform/isp-save", "id={spare_isp}&version=1&form[name]=Spare&form[hosts]=spare.test", Platform),
        ("platform/isp-suspend", "id={spare_isp}&reason=unpaid", Platform),
        ("platform/isp-lift", "id={spare_isp}", Platform),
        ("platform/isp-terminate", "id={spare_isp}&reason=sold", Platform),
        ("platform/notice-publish", "form[title]=Tonight", Platform),
        ("platform/notice-end", "id={notice}", Platform),
        ("account/notice-read", "id={notice}", SignedIn),
        ("platform/plan-save", "id={offered}&version=1&form[name]=Plan", Platform),
        ("platform/rules", "form[idle_minutes]=30&form[most_sessions]=20&form[password_days]=", Platform),
        ("platform/networks", "networks=", Platform),
        ("account/networks", "networks=", Right(P::PeopleManage)),
        ("platform/ask", "what=isps&words=more", Platform),
        ("platform/answer", "id={request}&words=done", Platform),
        ("account/save", "name=Somebody&language=en&version=1", SignedIn),
        ("account/password", "form[old_password]=wrong&form[new_password]=x&form[again_password]=x", SignedIn),
        ("account/verify-ask", "what=mobile", SignedIn),
        ("account/verify", "what=mobile&code=000000", SignedIn),
        ("account/end-session", "id={customer}", SignedIn),
        ("account/end-others", "", SignedIn),
        ("account/factor-begin", "", SignedIn),
        ("account/factor-confirm", "code=000000", SignedIn),
        ("account/factor-drop", "", SignedIn),
        ("account/codes-new", "", SignedIn),
        ("account/codes-kept", "", SignedIn),
        ("account/key-make", "form[name]=Site&form[scopes][]=dashboard.view&form[days]=90&form[networks]=", Right(P::ApiKeys)),
        ("account/key-rotate", "id={customer}", Right(P::ApiKeys)),
        ("account/key-revoke", "id={customer}", Right(P::ApiKeys)),
        ("account/key-copied", "", Right(P::ApiKeys)),
        ("account/rules", "form[idle_minutes]=30&form[most_sessions]=20&form[password_days]=", Right(P::PeopleManage)),
        ("people/create", "form[role]=staff&form[name]=New&form[username]=new-person", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/update", "id={person}&version=1&form[name]=Else&form[username]=else", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/suspend", "id={person}&reason=Leave", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/reinstate", "id={person}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/reset-password", "id={person}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/password-passed-on", "id={person}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/reset-factor", "id={person}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/end-sessions", "id={person}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/rights", "id={person}&form[keys][]=customers.view", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/grant", "id={person}&form[permission]=customers.view&form[reason]=Because", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/revoke", "id={person}&grant={customer}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/preset", "preset=noc&version=0&keys[]=network.view", Right(P::PeopleManage)),
        ("people/preset-restore", "preset=noc", Right(P::PeopleManage)),
        ("people/preset-bring", "id={person}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/menus", "id={person}&menus[]=money", Right(P::PeopleManage)),
        ("people/move-customers", "id={person}&to=own", Right(P::ChangeOperator)),
        ("people/titles", "form[titles][reseller-en]=POP", Right(P::PeopleManage)),
        ("people/login-as", "id={person}&reason=To look", Right(P::Impersonate)),
        ("customers/move", "customer={customer}&to=own", Right(P::ChangeOperator)),
        ("customers/login-as", "customer={customer}&reason=To look", AllOf(&[P::Impersonate, P::CustomersView])),
        ("people/branch", "form[name]=North", Right(P::BranchesEdit)),
        ("people/branch-delete", "id={customer}", Right(P::BranchesEdit)),
        ("people/hold", "id={person}&branches[]={customer}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("people/zone", "form[name]=North", Right(P::BranchesEdit)),
        ("people/zone-delete", "id={customer}", Right(P::BranchesEdit)),
        ("people/hold-zones", "id={person}&zones[]={zone}", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("customers/update", "customer={customer}&version=1&form[name]=OnlyPadmaKnows customer", Right(P::CustomersUpdate)),
        ("customers/branch", "customer={customer}&branch={nas}", Right(P::CustomersUpdate)),
        ("people/delete", "id={nas}&to=", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        (
            "packages/save",
            "id={package}&version=1&form[name]=New&form[up_mbps]=1&form[down_mbps]=1&form[price]=5&form[validity_unit]=months&form[validity_count]=1&form[tax_profile_id]=",
            AnyOf(&[P::PackagesEdit, P::PackagesRetail]),
        ),
        ("packages/archive", "id={package}&archived=false", AnyOf(&[P::PackagesEdit, P::PackagesRetail])),
        ("packages/delete", "id={package}", AnyOf(&[P::PackagesEdit, P::PackagesRetail])),
        ("packages/move", "id={package}&to={package}", Right(P::PackagesEdit)),
        ("packages/withdraw-price", "id={master}&level=ceiling&from=2030-01-01", Right(P::PackagesMaster)),
        (
            "packages/save-master",
            "id={master}&version=1&cost=&form[name]=New&form[price]=5&form[validity_unit]=months&form[validity_count]=1",
            Right(P::PackagesMaster),
        ),
        ("packages/archive-master", "id={master}&archived=false", Right(P::PackagesMaster)),
        ("packages/delete-master", "id={master}", Right(P::PackagesMaster)),
        ("packages/set-rate", "id={master}&to={customer}&price=5&price_from=&price_until=", Right(P::PackagesAssign)),
        ("packages/accept-proposal", "id={customer}", AnyOf(&[P::PackagesEdit, P::PackagesRetail])),
        ("packages/decline-proposal", "id={customer}", AnyOf(&[P::PackagesEdit, P::PackagesRetail])),
        (
            "customers/add-override",
            "customer={customer}&service={service}&form[kind]=speed&form[up_mbps]=1&form[starts]=2030-01-01",
            Right(P::OverridePackagePricing),
        ),
        ("customers/end-override", "id={customer}", Right(P::OverridePackagePricing)),
        (
            "usage/save-policy",
            "id={fair}&form[name]=P&form[window]=day&form[steps][0][gb]=1&form[steps][0][up]=1&form[steps][0][down]=1&form[version]=1",
            Right(P::PackagesEdit),
        ),
        ("usage/archive-policy", "id={fair}&archived=true", Right(P::PackagesEdit)),
        ("usage/add-offer", "form[name]=O&form[gb]=1&form[price]=1", Right(P::PackagesEdit)),
        ("usage/archive-offer", "id={offer}&archived=true", Right(P::PackagesEdit)),
        ("usage/sell", "customer={customer}&service={service}&offer={offer}&key=endpoint-sell", Right(P::BillingGenerate)),
        ("usage/auto", "customer={customer}&service={service}&offer={offer}&most=1", Right(P::CustomersUpdate)),
        ("usage/at-end", "customer={customer}&service={service}&form[at_end]=walled", Right(P::CustomersUpdate)),
        ("my/buy-data", "service={service}&offer={offer}&key=endpoint-buy", Right(P::OwnAccount)),
        ("my/auto-data", "service={service}&offer={offer}&most=1", Right(P::OwnAccount)),
        ("packages/tax", "name=VAT&rate=5", Right(P::PackagesEdit)),
        ("customers/create", "name=N&username=new-one&password=secret&package_id={package}", Right(P::CustomersCreate)),
        ("customers/suspend", "customer={customer}&service={service}&reason=abuse&note=because", Right(P::CustomersSuspend)),
        ("customers/resume", "customer={customer}&service={service}&reason=abuse", Right(P::CustomersSuspend)),
        ("billing/start", "on=2026-11-01", Right(P::BillingGenerate)),
        (
            "billing/save-profile",
            "id={profile}&form[name]=P&form[billing_day]=1&form[due_days]=7&form[grace_days]=3&form[time_zone]=",
            Right(P::BillingProfiles),
        ),
        ("billing/replace-profile", "from={profile}&to={profile}", Right(P::BillingProfiles)),
        ("billing/delete-profile", "id={profile}", Right(P::BillingProfiles)),
        ("billing/create-promo", "form[code]=EID-26&form[kind]=percent&form[percent]=10", Right(P::BillingProfiles)),
        ("billing/archive-promo", "id={package}&version=1&archived=true", Right(P::BillingProfiles)),
        ("billing/make-proforma", "customer={customer}", AllOf(&[P::BillingView, P::BillingGenerate])),
        ("my/make-proforma", "", Right(P::OwnAccount)),
        ("billing/add-tax", "name=Duty&rate=5", Right(P::PackagesEdit)),
        ("billing/add-tax-rate", "tax={package}&form[name]=VAT&form[rate]=5&form[from_on]=2027-01-01", Right(P::BillingProfiles)),
        (
            "terms/change-package",
            "service={service}&form[package_id]={package}&form[when]=now&form[key]=endpoint-test-1",
            Right(P::CustomersUpdate),
        ),
        ("terms/cancel-change", "service={service}", Right(P::CustomersUpdate)),
        ("terms/buy-time", "service={service}&form[days]=1&form[key]=endpoint-test-1", Right(P::BillingGenerate)),
        ("terms/auto-renew", "service={service}&on=true", Right(P::CustomersUpdate)),
        ("terms/hold", "service={service}&form[from_on]=2026-12-01&form[to_on]=2026-12-05", Right(P::CustomersSuspend)),
        ("terms/end-hold", "id={service}", Right(P::CustomersSuspend)),
        ("terms/add-addon", "service={service}&form[kind]=addon&form[description]=A&form[price]=1", Right(P::CustomersUpdate)),
        ("terms/end-addon", "id={service}", Right(P::CustomersUpdate)),
        ("terms/add-discount", "service={service}&form[kind]=fixed&form[value]=1&form[reason]=R", Right(P::ManualDiscount)),
        ("terms/redeem", "service={service}&form[code]=EID-26&form[key]=endpoint-redeem", Right(P::CustomersUpdate)),
        ("terms/end-discount", "id={service}", Right(P::ManualDiscount)),
        ("terms/add-charge", "customer={customer}&form[kind]=fee&form[description]=F&form[price]=1", Right(P::BillingGenerate)),
        ("terms/drop-charge", "id={service}", Right(P::BillingGenerate)),
        ("terms/issue-charges", "customer={customer}", Right(P::BillingGenerate)),
        ("terms/return-deposit", "customer={customer}", Right(P::BillingGenerate)),
        ("terms/save", "customer={customer}&form[billing_profile_id]={profile}&form[version]=1", Right(P::BillingProfiles)),
        (
            "corrections/credit",
            "invoice={invoice}&form[reason]=as+it+is&form[key]=endpoint-credit&form[version]=1&form[extent]=all",
            Right(P::BillingCredit),
        ),
        ("corrections/void", "invoice={invoice}&form[reason]=as+it+is&form[key]=endpoint-void&form[version]=1", Right(P::BillingCredit)),
        (
            "corrections/write-off",
            "invoice={invoice}&form[reason]=as+it+is&form[key]=endpoint-write-off&form[version]=1",
            Right(P::BillingWriteOff),
        ),
        (
            "corrections/take-up",
            "invoice={invoice}&form[reason]=as+it+is&form[key]=endpoint-take-up&form[version]=1",
            Right(P::BillingWriteOff),
        ),
        (
            "corrections/reverse-payment",
            "payment={payment}&form[reason]=as+it+is&form[key]=endpoint-reverse&form[version]=1",
            Right(P::PaymentsReverse),
        ),
        ("corrections/reallocate", "payment={payment}&form[seen_minor]=1&form[key]=endpoint-put", Right(P::PaymentsAllocate)),
        (
            "corrections/refund",
            "customer={customer}&form[amount]=1&form[method]=cash&form[reason]=as+it+is&form[key]=endpoint-refund",
            Right(P::PaymentsRefund),
        ),
        (
            "corrections/adjust",
            "customer={customer}&form[direction]=credit&form[amount]=1&form[reason]=as+it+is&form[key]=endpoint-adjust",
            Right(P::BillingAdjust),
        ),
        ("corrections/use-credit", "customer={customer}", Right(P::PaymentsAllocate)),
        ("corrections/refund-back", "refund={note}&form[reason]=as+it+is&form[key]=endpoint-back", Right(P::PaymentsRefund)),
        ("corrections/approve", "id={approval}", Right(P::PaymentsRefundApprove)),
        ("corrections/refuse", "id={approval}", Right(P::PaymentsRefundApprove)),
        ("corrections/late-fee", "profile={profile}&form[kind]=none", Right(P::BillingProfiles)),
        ("rehearsal/build", "on=2026-12-01", Right(P::BillingGenerate)),
        ("rehearsal/hold", "rehearsal={rehearsal}&service={service}&reason=as+it+is", Right(P::BillingApprove)),
        ("rehearsal/release", "rehearsal={rehearsal}&service={service}", Right(P::BillingApprove)),
        ("rehearsal/reject", "id={rehearsal}", Right(P::BillingApprove)),
        ("rehearsal/approve", "id={rehearsal}", Right(P::BillingApprove)),
        ("documents/save-branding", "version=1&form[name]=Padma&form[colour]=", Right(P::DocumentsEdit)),
        ("documents/save-template", "kind=invoice&paper=a4&version=1&source=x", Right(P::DocumentsEdit)),
        ("documents/reset-template", "kind=invoice&paper=80mm&version=1", Right(P::DocumentsEdit)),
        ("documents/print", "filter=&format=zip&paper=a4&language=en", Right(P::BillingView)),
        ("imports/map", "id={import}&form[mapping][0]=username", Right(P::CustomersImport)),
        ("imports/start", "id={import}", Right(P::CustomersImport)),
        ("imports/cancel", "id={import}", Right(P::CustomersImport)),
        ("imports/go-on", "id={import}", Right(P::CustomersImport)),
        ("routers/import", "router={router}&form[profiles][0]=x&form[packages][0]={package}", AllOf(&[P::CustomersImport, P::NetworkView])),
        ("routers/package", "form[package]={package}&form[router]={router}&form[profile]=x", Right(P::NetworkEdit)),
        ("imports/undo", "id={import}", Right(P::CustomersImport)),
        ("books/close-month", "month=2026-10-01", Right(P::LedgerClose)),
        ("books/ask-to-reopen", "month=2026-10-01&reason=because+it+must", Right(P::LedgerReopen)),
        ("books/decide-reopening", "id={entry}&yes=true", Right(P::LedgerReopen)),
        (
            "expenses/record",
            "form[category_id]={category}&form[vendor]=V&form[amount]=5&form[spent_on]=2026-11-01&form[paid_from]=bank&form[key]=endpoint-expense",
            Right(P::ExpensesEdit),
        ),
        ("expenses/approve", "id={expense}", Right(P::ExpensesApprove)),
        ("expenses/refuse", "id={expense}&reason=because", Right(P::ExpensesApprove)),
        ("expenses/reverse", "id={expense}&reason=because", Right(P::ExpensesApprove)),
        ("expenses/category", "name=Endpoint", Right(P::ExpensesEdit)),
        ("expenses/stop", "id={expense}", Right(P::ExpensesEdit)),
        ("cash/propose", "receiver_id={collector}&amount=1&key=endpoint-hand-over", Right(P::CashDesk)),
        ("cash/count", "id={entry}&counted=1", Right(P::CashDesk)),
        ("cash/agree", "id={entry}&seen=1", Right(P::CashDesk)),
        ("cash/withdraw", "id={entry}", Right(P::CashDesk)),
        ("cash/move", "drawer={collector}&direction=in&counterpart=bank&amount=1&key=endpoint-move-1", Right(P::CashManage)),
        ("cash/close", "drawer={collector}&counted=1&book=0.00", Right(P::CashManage)),
        ("payments/take", "customer={customer}&amount=10&method=cash&key=endpoint-test-1", Right(P::PaymentsReceive)),
        (
            "radius/save",
            "id={nas}&version=1&form[name]=R&form[address]=127.0.0.77&form[vendor]=mikrotik&form[secret]=",
            Right(P::NetworkEdit),
        ),
        (
            "routers/save",
            "id={router}&version=1&form[name]=R&form[host]=127.0.0.77&form[username]=lastmile&form[password]=secret",
            Right(P::NetworkEdit),
        ),
        ("routers/enable", "id={router}&active=true", Right(P::NetworkEdit)),
        ("routers/trust", "id={router}&fingerprint=none", Right(P::NetworkEdit)),
        ("routers/back-up", "id={router}", Right(P::NetworkEdit)),
        ("routers/restore", "router={router}&backup={backup}", Right(P::NetworkEdit)),
        ("routers/disconnect", "id={router}&session=*1", Right(P::NetworkEdit)),
        ("provisioning/save-template", "form[name]=Towers&form[body]=%7B%22parts%22%3A%7B%7D%7D", Right(P::NetworkEdit)),
        ("provisioning/draft", "router={set_up}&template={router_template}&minutes=10", Right(P::NetworkEdit)),
        ("provisioning/resume", "id={provision_run}", Right(P::NetworkEdit)),
        ("provisioning/roll-back", "id={provision_run}", Right(P::NetworkEdit)),
        ("provisioning/rehearse", "id={provision_run}", Right(P::NetworkEdit)),
        ("provisioning/begin", "id={provision_run}", Right(P::NetworkEdit)),
        ("router-moves/begin", "router={set_up}&form[test]=nobody", Right(P::NetworkEdit)),
        ("router-moves/stop", "id={router_move}", Right(P::NetworkEdit)),
        ("router-moves/go-on", "id={router_move}&name=none", Right(P::NetworkEdit)),
        ("router-moves/test-again", "id={router_move}", Right(P::NetworkEdit)),
        ("router-moves/back", "id={router_move}", Right(P::NetworkEdit)),
        ("router-moves/clear", "id={router_move}", Right(P::NetworkEdit)),
        ("provisioning/plan-rollout", "template={router_template}&routers[]={set_up}&at_once=1&minutes=10", Right(P::NetworkEdit)),
        ("provisioning/read-rollout", "id={rollout}", Right(P::NetworkEdit)),
        ("provisioning/begin-rollout", "id={rollout}", Right(P::NetworkEdit)),
        ("provisioning/stop-rollout", "id={rollout}", Right(P::NetworkEdit)),
        (
            "customers/bulk",
            "list=state=suspended&what=resume&reason=maintenance&expected=0",
            AllOf(&[P::CustomersSuspend, P::BulkOperations]),
        ),
        ("customers/bulk-cancel", "id={bulk}", AllOf(&[P::CustomersSuspend, P::BulkOperations])),
        ("customers/bulk-retry", "id={bulk}", AllOf(&[P::CustomersSuspend, P::BulkOperations])),
        ("routers/try-again", "router={router}", Right(P::NetworkEdit)),
        ("routers/give-up", "router={router}&kind=ppp_secret&name=nobody&reason=because", Right(P::NetworkEdit)),
        ("routers/compare", "router={router}", Right(P::NetworkEdit)),
        ("routers/set-right", "router={router}", Right(P::NetworkEdit)),
        ("routers/adopt", "router={router}&kind=ppp_secret&name=nobody", Right(P::NetworkEdit)),
        ("radius/enable", "id={nas}&active=true", Right(P::NetworkEdit)),
        ("radius/block", "form[kind]=username&form[value]=endpoint-test&form[note]=because&form[days]=1", Right(P::NetworkEdit)),
        ("radius/unblock", "id={entry}", Right(P::NetworkEdit)),
        ("radius/keep-sessions", "months=12", Right(P::NetworkEdit)),
        ("radius/send-login", "nas={customer}&username=nobody&password=none", Right(P::NetworkEdit)),
        ("radius/reach", "nas={customer}", Right(P::NetworkEdit)),
        ("radius/check-password", "username=nobody&password=none", Right(P::NetworkEdit)),
        ("radius/package-access", "package={package}&form[sessions]=1", Right(P::NetworkEdit)),
        ("radius/service-access", "customer={customer}&service={service}&form[sessions]=1", Right(P::NetworkEdit)),
        ("addresses/create", "form[network]=10.88.0.0/24&form[name]=x&form[category]=static", Right(P::NetworkEdit)),
        ("addresses/update", "id={block}&version=1&form[name]=x&form[category]=static", Right(P::NetworkEdit)),
        ("addresses/keep", "id={block}&form[ranges]=10.77.0.50&form[kind]=reserved", Right(P::NetworkEdit)),
        ("addresses/let-go", "id={block}&stretch={block}", Right(P::NetworkEdit)),
        ("addresses/split", "id={block}&length=25", Right(P::NetworkEdit)),
        ("addresses/merge", "id={block}", Right(P::NetworkEdit)),
        ("addresses/remove", "id={block}", Right(P::NetworkEdit)),
        ("addresses/give", "customer={customer}&service={service}&form[block]={block}", Right(P::NetworkEdit)),
        ("addresses/release", "customer={customer}&service={service}&kind=address", Right(P::NetworkEdit)),
        ("radius/bind-mac", "customer={customer}&service={service}&mac=AA:BB:CC:00:11:22", Right(P::CustomersUpdate)),
        ("radius/unbind-mac", "customer={customer}&service={service}&mac=AA:BB:CC:00:11:22", Right(P::CustomersUpdate)),
        (
            "dunning/save-plan",
            "id={plan}&form[name]=New&form[version]=1&form[steps][0][day]=1&form[steps][0][action]=call",
            Right(P::BillingProfiles),
        ),
        ("dunning/assign-plan", "profile={profile}&plan=", Right(P::BillingProfiles)),
        ("first-steps/skip", "step=router", Right(P::SettingsEdit)),
        ("first-steps/bring-back", "", Right(P::SettingsEdit)),
        ("settings/save", "group=general&form[values][language]=bn", Right(P::SettingsEdit)),
        ("platform/settings", "group=arrears&form[values][line_grace_days]=9", Platform),
        ("dunning/add-holidays", "days=2026-12-16", Right(P::BillingProfiles)),
        ("dunning/remove-holiday", "day=2026-12-16", Right(P::BillingProfiles)),
        ("dunning/close-task", "id=00000000-0000-0000-0000-000000000001", Right(P::BillingView)),
        ("dunning/decide", "id={brake}&choice=nobody&reason=because", Right(P::SuspensionRelease)),
        ("dunning/promise", "customer={customer}&until=2026-11-03", Right(P::EditSuspendDate)),
        ("dunning/withdraw-promise", "customer={customer}", Right(P::EditSuspendDate)),
        ("dunning/exempt", "customer={customer}&reason=because", Right(P::EditSuspendDate)),
        ("dunning/end-exemption", "customer={customer}", Right(P::EditSuspendDate)),
        ("messages/save-text", "template=overdue&language=en&body=Pay&version=0", Right(P::MessagesEdit)),
        ("messages/forget-text", "template=overdue&language=en", Right(P::MessagesEdit)),
        ("messages/cancel", "id=00000000-0000-0000-0000-000000000001", Right(P::MessagesEdit)),
        ("jobs/run-now", "name=ledger.verify", Right(P::JobsManage)),
        ("jobs/pause", "name=ledger.verify&reason=because", Right(P::JobsManage)),
        ("jobs/resume", "name=ledger.verify", Right(P::JobsManage)),
        ("jobs/retry", "name=ledger.verify", Right(P::JobsManage)),
        ("jobs/retry-task", "id=1", Right(P::JobsManage)),
        ("jobs/dismiss-task", "id=1", Right(P::JobsManage)),
        ("portal/promise", "until=2026-11-03", Right(P::OwnAccount)),
    ]
}

fn refused(body: &str, word: &str) -> bool {
    body.trim() == format!("\"{word}\"")
}

#[tokio::test]
async fn every_server_function_has_a_row_here() {
    let _house = house().await;
    let mut missing: Vec<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.trim_start_matches("/api/").to_string()).collect();
    assert!(missing.len() > 30, "server functions are registered");
    missing.retain(|path| !endpoints().iter().any(|(known, ..)| known == path));
    assert!(missing.is_empty(), "without a row: {missing:?}");
}

#[tokio::test]
async fn nobody_gets_anything() {
    let house = house().await;
    for (path, arguments, _) in endpoints() {
        for token in [None, Some("made-up-token")] {
            let (_, body) = house.call("padma.test", token, path, &house.arguments(arguments)).await;
            assert!(refused(&body, "SignIn"), "{path}: {body}");
        }
    }
}

#[tokio::test]
async fn who_runs_an_office_gets_what_the_grid_says() {
    roles_get_what_the_grid_says(&[Role::Admin, Role::Manager]).await;
}

#[tokio::test]
async fn sellers_get_what_the_grid_says() {
    roles_get_what_the_grid_says(&[Role::Reseller, Role::SubReseller]).await;
}

#[tokio::test]
async fn everybody_else_gets_what_the_grid_says() {
    roles_get_what_the_grid_says(&[Role::CardDistributor, Role::Staff, Role::Customer]).await;
}

async fn roles_get_what_the_grid_says(roles: &[Role]) {
    let house = house().await;
    for role in roles.iter().copied() {
        let token = house.somebody(&house.world.padma, role, &[]).await;
        for (path, arguments, needs) in endpoints() {
            let (_, body) = house.call("padma.test", Some(&token), path, &house.arguments(arguments)).await;
            if matches!(needs, Needs::Platform) {
                assert!(refused(&body, "NotFound"), "{} {path}: {body}", role.slug());
                continue;
            }
            let allowed = needs.are_met(has(role));
            let denied = refused(&body, "Denied") || refused(&body, "SignIn");
            assert_eq!(!denied, allowed, "{} {path}: {body}", role.slug());
        }
    }
}

#[tokio::test]
async fn a_grant_opens_its_own_door_and_no_other() {
    grants_open_their_own_doors(0).await;
}

#[tokio::test]
async fn another_grant_does_so_too() {
    grants_open_their_own_doors(1).await;
}

/// Every second key that staff can be given, from the first or from the second: each half is a story that runs by itself.
async fn grants_open_their_own_doors(from: usize) {
    let house = house().await;
    for permission in granted_to_staff().skip(from).step_by(2) {
        let token = house.somebody(&house.world.padma, Role::Staff, &[permission]).await;
        for (path, arguments, needs) in endpoints() {
            if matches!(needs, Needs::Platform) {
                continue;
            }
            let expected = needs.are_met(staff_with(permission));
            let (_, body) = house.call("padma.test", Some(&token), path, &house.arguments(arguments)).await;
            assert_eq!(!refused(&body, "Denied"), expected, "{} at {path}: {body}", permission.key());
        }
    }
}

#[tokio::test]
async fn a_siblings_admin_finds_nothing_of_ours() {
    let house = house().await;
    let token = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    for (path, arguments, _) in endpoints() {
        let (_, body) = house.call("meghna.test", Some(&token), path, &house.arguments(arguments)).await;
        assert!(!body.contains(MARK), "{path} shows {body}");
        // What the platform tells everybody is nobody's own.
        let ours = arguments.contains("{customer}") || arguments.contains("{service}") || arguments.starts_with("id={");
        if ours && path != "account/notice-read" {
            let kept = refused(&body, "NotFound")
                || refused(&body, "Denied")
                || body.contains("Invalid")
                || body.contains("problem-charge-billed");
            assert!(kept, "{path}: {body}");
        }
        let (_, body) = house.call("padma.test", Some(&token), path, &house.arguments(arguments)).await;
        assert!(refused(&body, "SignIn"), "{path}: a session of one ISP is none at another: {body}");
    }
}

#[tokio::test]
async fn the_platform_sees_no_row_of_an_isp() {
    let house = house().await;
    let token = house.developer().await;
    for (path, arguments, needs) in endpoints() {
        let (status, body) = house.call("platform.test", Some(&token), path, &house.arguments(arguments)).await;
        match needs {
            // Who runs everything has nobody above him to ask.
            Needs::Platform if path == "platform/ask" => assert_eq!(status, StatusCode::CONFLICT, "{path}: {body}"),
            Needs::Platform => assert_eq!(status, StatusCode::OK, "{path}: {body}"),
            Needs::SignedIn => assert!(!refused(&body, "Denied") && !refused(&body, "SignIn"), "{path}: {body}"),
            _ => assert!(refused(&body, "NotFound"), "{path}: {body}"),
        }
        assert!(!body.contains(MARK), "{path} shows {body}");
    }
}

#[tokio::test]
async fn downloads_and_pages_ask_too() {
    let house = house().await;
    let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    let clerk = house.somebody(&house.world.padma, Role::Staff, &[]).await;
    for path in [format!("/imports/{}/problems.csv", house.ids["import"]), format!("/imports/{}/problems.xlsx", house.ids["import"])] {
        assert_eq!(house.get("padma.test", None, &path).await.0, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(house.get("meghna.test", Some(&stranger), &path).await.0, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(house.get("padma.test", Some(&clerk), &path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    let export = format!("/routers/backups/{}.rsc", house.ids["backup"]);
    assert_eq!(house.get("padma.test", None, &export).await.0, StatusCode::SEE_OTHER);
    assert_eq!(house.get("meghna.test", Some(&stranger), &export).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get("padma.test", Some(&clerk), &export).await.0, StatusCode::FORBIDDEN);
    let owner = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    assert_eq!(house.get("padma.test", Some(&owner), &export).await, (StatusCode::OK, format!("# {MARK} export")));
    assert_eq!(house.get("padma.test", Some(&clerk), "/customers/export.csv").await.0, StatusCode::FORBIDDEN);
    let (status, body) = house.get("meghna.test", Some(&stranger), "/customers/export.csv").await;
    assert!(status == StatusCode::OK && !body.contains(MARK), "{status} {body}");
    assert_eq!(house.get("unknown.test", None, "/").await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get("padma.test", None, "/customers").await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn another_site_cannot_ask_on_somebodys_behalf() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        let request = Request::post("/api/packages/tax")
            .header(header::HOST, "padma.test")
            .header(header::COOKIE, format!("lm_session={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value);
        let response = house.router.clone().oneshot(request.body(Body::from("name=VAT&rate=5")).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
}
