//! The platform tells the people of ISPs something: whom it is for sees it until he has read it, nobody else ever does, and
//! who has read it is known (NOT-10).

use chrono::TimeDelta;
use domain::AccountId;
use domain::people::{Actor, Caller, Impersonator, PlatformCaller, Role};
use domain::platform::NoticeForm;
use services::Error;
use services::platform::{end_notice, notice, notices, publish_notice, read_notice, unread_notices};
use testkit::{World, world};
use uuid::Uuid;

const NOW: &str = "2026-11-01T04:00:00Z";

fn form(title: &str) -> NoticeForm {
    NoticeForm { title: title.into(), ..NoticeForm::default() }
}

fn somebody(of: &Caller, role: Role, name: &str) -> Caller {
    Caller { role, actor: Actor::Account { id: AccountId(Uuid::now_v7()), name: name.into() }, ..of.clone() }
}

async fn seen(world: &World, who: &Caller) -> Vec<String> {
    unread_notices(&world.services, who).await.unwrap().into_iter().map(|notice| notice.title).collect()
}

#[tokio::test]
async fn everybody_it_is_for_sees_it_until_he_has_read_it() {
    let world = world(NOW).await;
    let platform = PlatformCaller::system("story");
    let (boss, clerk) = (somebody(&world.padma.admin, Role::Admin, "Boss"), somebody(&world.padma.admin, Role::Staff, "Clerk"));
    let id = publish_notice(&world.services, &platform, &form("Tonight")).await.unwrap();
    let loud = NoticeForm { kind: "problem".into(), ..form("bKash is down") };
    publish_notice(&world.services, &platform, &loud).await.unwrap();
    assert_eq!(seen(&world, &boss).await, ["bKash is down", "Tonight"]);
    assert!(seen(&world, &somebody(&boss, Role::Customer, "Rahim")).await.is_empty());
    let behind = Impersonator { id: AccountId(Uuid::now_v7()), name: "Head".into() };
    let acting = Caller { bounds: domain::people::Bounds { impersonator: Some(behind), ..Default::default() }, ..clerk.clone() };
    assert!(seen(&world, &acting).await.is_empty());
    assert!(matches!(read_notice(&world.services, &acting, id).await, Err(Error::NotFound)));

    read_notice(&world.services, &boss, id).await.unwrap();
    read_notice(&world.services, &boss, id).await.unwrap();
    assert_eq!(seen(&world, &boss).await, ["bKash is down"]);
    assert_eq!(seen(&world, &clerk).await, ["bKash is down", "Tonight"]);
    let (found, readers) = notice(&world.services, &platform, id).await.unwrap();
    assert_eq!((found.reads, readers.len(), readers[0].0.as_str()), (1, 1, "Boss"));
    end_notice(&world.services, &platform, id).await.unwrap();
    assert_eq!(seen(&world, &clerk).await, ["bKash is down"]);
    assert!(matches!(end_notice(&world.services, &platform, id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn it_goes_by_itself_and_one_tenants_is_nobody_elses() {
    let world = world(NOW).await;
    let platform = PlatformCaller::system("story");
    let boss = somebody(&world.padma.admin, Role::Admin, "Boss");
    let own = world.services.isp(world.padma.id).await.unwrap().tenant_id;
    let mut tx = world.services.db.platform(&platform).await.unwrap();
    let stranger = domain::TenantId(Uuid::now_v7());
    storage::tenants::create_bare(&mut tx, stranger, "Stranger").await.unwrap();
    tx.commit().await.unwrap();
    let head = |tenant| PlatformCaller { role: Role::SuperAdmin, tenant_id: Some(tenant), ..platform.clone() };
    let short = NoticeForm { days: "2".into(), ..form("For two days") };
    publish_notice(&world.services, &platform, &short).await.unwrap();
    publish_notice(&world.services, &platform, &NoticeForm { tenant: own.to_string(), ..form("For Delta") }).await.unwrap();
    publish_notice(&world.services, &platform, &NoticeForm { tenant: stranger.to_string(), ..form("For a stranger") }).await.unwrap();
    let mine = publish_notice(&world.services, &head(own), &form("From our head")).await.unwrap();
    let theirs = publish_notice(&world.services, &head(stranger), &form("From their head")).await.unwrap();
    assert_eq!(seen(&world, &boss).await, ["From our head", "For Delta", "For two days"]);
    world.clock.advance(TimeDelta::days(2));
    assert_eq!(seen(&world, &boss).await, ["From our head", "For Delta"]);

    // The head of a tenant has his own and no other.
    let titles: Vec<String> = notices(&world.services, &head(own)).await.unwrap().into_iter().map(|one| one.title).collect();
    assert_eq!(titles, ["From our head"]);
    assert!(matches!(end_notice(&world.services, &head(own), theirs).await, Err(Error::NotFound)));
    assert!(matches!(notice(&world.services, &head(own), theirs).await, Err(Error::NotFound)));
    read_notice(&world.services, &boss, theirs).await.unwrap();
    assert_eq!(notice(&world.services, &platform, theirs).await.unwrap().0.reads, 0);
    end_notice(&world.services, &head(own), mine).await.unwrap();
    let far = NoticeForm { tenant: own.to_string(), ..form("Not his to choose") };
    assert!(matches!(publish_notice(&world.services, &head(own), &far).await, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn bad_input_is_named() {
    let world = world(NOW).await;
    let wrong = NoticeForm { kind: "loud".into(), title: " ".into(), words: "x".repeat(2_001), tenant: "x".into(), days: "0".into() };
    let Err(Error::Invalid(problems)) = publish_notice(&world.services, &PlatformCaller::system("story"), &wrong).await else {
        panic!("it was taken")
    };
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["title", "words", "kind", "tenant", "days"]);
}
