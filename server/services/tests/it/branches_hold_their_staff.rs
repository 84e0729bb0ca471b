//! Staff held to branches see those branches' customers and what hangs on them, and nobody else's (TEN-05).

use crate::seed::{customer, package};
use crate::staff::{Office, form, keys, office};
use domain::customers::Paging;
use domain::people::{BranchInput, Caller, Role, SpecialForm};
use domain::{BranchId, CustomerId};
use services::accounts;
use services::billing::run_billing;
use services::{Error, Services};

fn input(name: &str, parent: Option<BranchId>) -> BranchInput {
    BranchInput { name: name.into(), parent: parent.map(|parent| parent.to_string()).unwrap_or_default() }
}

async fn seen(services: &Services, caller: &Caller) -> Vec<String> {
    let page = services::customers::subscribers(services, caller, &Default::default(), Paging::new(1, 25)).await.unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

struct Branches {
    office: Office,
    north: BranchId,
    mill: BranchId,
    main: BranchId,
    rahim: CustomerId,
    karim: CustomerId,
    clerk: domain::AccountId,
    token: String,
}

async fn branches() -> Branches {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    let north = accounts::save_branch(services, boss, None, &input("North", None)).await.unwrap();
    let mill = accounts::save_branch(services, boss, None, &input("Mill", Some(north))).await.unwrap();
    let main = accounts::branches(services, boss).await.unwrap().into_iter().find(|branch| branch.is_default).unwrap().id;
    let home = package(services, boss, "Home 10", "1000").await;
    let (rahim, karim) = (customer(services, boss, home, "rahim").await, customer(services, boss, home, "karim").await);
    accounts::move_to_branch(services, boss, rahim, mill).await.unwrap();
    run_billing(services, boss, "2026-11-01".parse().unwrap()).await.unwrap();
    let person = domain::people::PersonForm { preset: "billing_ops".into(), ..form(Role::Staff, "clerk") };
    let (clerk, token, _) = office.hire(boss, &person).await;
    Branches { office, north, mill, main, rahim, karim, clerk, token }
}

#[tokio::test]
async fn he_sees_his_branches_and_those_below_and_what_hangs_on_their_customers() {
    let all = branches().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let whole = all.office.caller(&all.token).await;
    assert_eq!(seen(services, &whole).await.len(), 2, "held to none he sees everybody");
    accounts::hold_to_branches(services, boss, all.clerk, &[all.north]).await.unwrap();
    let held = all.office.caller(&all.token).await;
    assert_eq!(seen(services, &held).await, ["Customer rahim"], "Mill stands below North");
    assert!(matches!(services::customers::customer(services, &held, all.karim).await, Err(Error::NotFound)));
    let (bills, _) = services::billing::invoices(services, &held, &Default::default(), None, Paging::new(1, 25)).await.unwrap();
    assert_eq!(bills.total, 1);
    let form = services::payments::PaymentForm {
        amount: "100".into(),
        method: "cash".into(),
        key: "held-to-north-1".into(),
        ..Default::default()
    };
    services::payments::take_payment(services, &held, all.rahim, &form).await.unwrap();
    let other = services::payments::PaymentForm { key: "held-to-north-2".into(), ..form };
    assert!(matches!(services::payments::take_payment(services, &held, all.karim, &other).await, Err(Error::NotFound)));
    accounts::hold_to_branches(services, boss, all.clerk, &[all.main]).await.unwrap();
    let held = all.office.caller(&all.token).await;
    assert_eq!(seen(services, &held).await, ["Customer karim"], "the default branch is whoever has no other");
}

#[tokio::test]
async fn whom_he_adds_comes_into_his_branch_and_a_move_shows_at_once() {
    let all = branches().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    accounts::hold_to_branches(services, boss, all.clerk, &[all.north]).await.unwrap();
    let held = all.office.caller(&all.token).await;
    let home = services::packages::list_packages(services, &held).await.unwrap()[0].id;
    let salma = customer(services, &held, home, "salma").await;
    assert_eq!(accounts::owner_of(services, boss, salma).await.unwrap().branch, Some(all.north));
    assert_eq!(seen(services, &held).await.len(), 2);
    accounts::move_to_branch(services, boss, all.rahim, all.main).await.unwrap();
    assert_eq!(seen(services, &held).await, ["Customer salma"]);
    let history = services::customers::timeline(services, boss, all.rahim).await.unwrap();
    assert!(history.iter().filter(|item| item.key == "timeline-customer-branch").count() == 2, "{history:?}");
    assert!(history.iter().any(|item| item.key == "timeline-invoice"), "what was recorded stays");
}

#[tokio::test]
async fn a_special_right_opens_all_branches() {
    let all = branches().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    accounts::hold_to_branches(services, boss, all.clerk, &[all.north]).await.unwrap();
    let form = SpecialForm { permission: "access_all_customers".into(), reason: "Alone at the desk".into(), ..SpecialForm::default() };
    accounts::give_special(services, boss, all.clerk, &form).await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await.len(), 2);
}

#[tokio::test]
async fn the_tree_keeps_its_shape_and_its_default() {
    let all = branches().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let ring = accounts::save_branch(services, boss, Some((all.north, 1)), &input("North", Some(all.mill))).await.unwrap_err();
    assert_eq!(keys(ring), ["problem-branch-ring"]);
    let twice = accounts::save_branch(services, boss, None, &input("NORTH", None)).await.unwrap_err();
    assert_eq!(keys(twice), ["problem-name-taken"]);
    assert_eq!(keys(accounts::delete_branch(services, boss, all.main).await.unwrap_err()), ["problem-branch-default"]);
    for used in [all.north, all.mill] {
        assert_eq!(keys(accounts::delete_branch(services, boss, used).await.unwrap_err()), ["problem-branch-in-use"]);
    }
    accounts::move_to_branch(services, boss, all.rahim, all.main).await.unwrap();
    accounts::delete_branch(services, boss, all.mill).await.unwrap();
    accounts::delete_branch(services, boss, all.north).await.unwrap();
    let (_, _, north) = all.office.hire(boss, &form(Role::Reseller, "north")).await;
    assert!(matches!(accounts::save_branch(services, &north, None, &input("X", None)).await, Err(Error::Denied(_))));
    let meghna = accounts::branches(services, &all.office.world.meghna.admin).await.unwrap();
    assert_eq!(meghna.len(), 1, "each ISP has its own, from the beginning");
    assert!(matches!(accounts::delete_branch(services, &all.office.world.meghna.admin, all.main).await, Err(Error::NotFound)));
}
