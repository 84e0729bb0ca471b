use super::*;
use crate::Problem;
use proptest::prelude::*;
use std::collections::BTreeMap;

const V7: Dialect = Dialect { ntp_servers: true };

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn full() -> BTreeMap<String, String> {
    values(&[
        ("router_name", "tower"),
        ("management", "10.0.0.0/24"),
        ("radius_server", "10.0.0.5"),
        ("radius_secret", "a-long-secret"),
        ("portal", "10.0.0.6"),
    ])
}

fn keys(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.key.as_str()).collect()
}

/// A router that takes what it is told.
#[derive(Clone, Debug, Default, PartialEq)]
struct Told {
    rows: Rows,
    next: u32,
}

impl Told {
    fn out_of_the_box() -> Self {
        let row = |pairs: &[(&str, &str)]| values(pairs);
        let singles = ["/system/identity", "/system/clock", "/system/ntp/client", "/snmp", "/radius/incoming", "/ppp/aaa"];
        let mut rows: Rows = singles.iter().map(|menu| ((*menu).to_owned(), vec![Row::new()])).collect();
        rows.insert("/system/identity".into(), vec![row(&[("name", "MikroTik")])]);
        let ports = ["ether1", "ether2", "ether3"].iter().map(|name| row(&[("name", name)])).collect();
        rows.insert("/interface".into(), ports);
        Self { rows, next: 1 }
    }

    fn take(&mut self, write: Write) {
        match write {
            Write::Add { menu, set, before } => {
                let id = format!("*{:X}", self.next);
                self.next += 1;
                let rows = self.rows.entry(menu).or_default();
                let at = rows.iter().position(|row| before.is_some() && row.get(".id") == before.as_ref()).unwrap_or(rows.len());
                rows.insert(at, set.into_iter().chain([(".id".to_owned(), id)]).collect());
            }
            Write::Set { menu, id, set } => {
                let rows = self.rows.get_mut(&menu).unwrap();
                rows.iter_mut().find(|row| row.get(".id") == id.as_ref()).unwrap().extend(set);
            }
            Write::Remove { menu, id } => self.rows.get_mut(&menu).unwrap().retain(|row| row.get(".id") != Some(&id)),
        }
    }

    fn menu(&self, menu: &str) -> Vec<Row> {
        self.rows.get(menu).cloned().unwrap_or_default()
    }

    fn apply(&mut self, objects: &[Object]) -> Vec<Item> {
        let items = plan(objects, &self.rows).unwrap().items;
        for item in &items {
            if let Some(write) = item.write(&self.menu(&item.object.menu)) {
                self.take(write);
            }
        }
        items
    }

    /// Without what nobody can tell apart: ids, and nothing from what is not there.
    fn held(&self) -> Rows {
        let row = |row: &Row| {
            row.iter().filter(|(name, value)| *name != ".id" && !value.is_empty()).map(|(n, v)| (n.clone(), v.clone())).collect()
        };
        let menus = self.rows.iter().map(|(menu, rows)| (menu.clone(), rows.iter().map(row).collect::<Vec<Row>>()));
        menus.filter(|(_, rows)| !rows.is_empty()).collect()
    }
}

#[test]
fn the_stock_template_is_a_template_and_needs_what_only_a_person_knows() {
    let template = Template::read(stock_template()).unwrap();
    let missing = template.objects(&BTreeMap::new(), V7).unwrap_err();
    assert!(missing.iter().all(|problem| problem.key == "problem-provision-missing"));
    let names: Vec<&str> = missing.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(names, ["router_name", "management", "radius_server", "radius_secret", "portal"]);
    assert!(template.objects(&full(), V7).unwrap().len() > 30);
}

#[test]
fn a_slip_of_the_pen_is_told_with_its_place() {
    let problems = |text: &str| Template::read(text).unwrap_err();
    let broken = problems("{\n  \"parts\": {,}\n}");
    assert_eq!((keys(&broken), broken[0].args[0].1.as_str()), (vec!["problem-template-json"], "2"));
    assert_eq!(keys(&problems(r#"{"parts":{"identity":{"nmae":"x"}}}"#)), ["problem-template-parts"]);
    assert_eq!(keys(&problems(r#"{"parts":{"identity":{"name":"{{who}}"}}}"#)), ["problem-template-unknown-variable"]);
    let unused = r#"{"variables":[{"name":"a","type":"text"}],"parts":{}}"#;
    assert_eq!(keys(&problems(unused)), ["problem-template-unused"]);
    let wrong = r#"{"variables":[{"name":"a","type":"address","default":"x"}],"parts":{"identity":{"name":"{{a}}"}}}"#;
    assert_eq!(keys(&problems(wrong)), ["problem-template-default"]);
    assert_eq!(keys(&problems(r#"{"parts":{},"more":1}"#)), ["problem-template-json"]);
}

#[test]
fn a_value_that_no_router_takes_is_refused_and_one_that_looks_like_a_variable_stays_a_text() {
    let template = Template::read(stock_template()).unwrap();
    let refused = |name: &str, value: &str| {
        let mut values = full();
        values.insert(name.into(), value.into());
        keys(&template.objects(&values, V7).unwrap_err()).join(" ")
    };
    assert_eq!(refused("radius_server", "radius.example"), "problem-provision-address");
    assert_eq!(refused("radius_secret", "short"), "problem-provision-secret");
    assert_eq!(refused("pppoe_pool", "10.0.0.9-10.0.0.2"), "problem-provision-range");
    assert_eq!(refused("management", "10.0.0.0/33"), "problem-provision-network");
    assert_eq!(refused("router_name", "a\nb"), "problem-provision-text");
    let mut values = full();
    values.insert("router_name".into(), "{{radius_secret}}".into());
    assert_eq!(template.objects(&values, V7).unwrap()[0].value("name"), "{{radius_secret}}");
}

#[test]
fn old_routers_know_two_time_servers_and_names_apart() {
    let text = r#"{"parts":{"ntp":{"servers":["10.0.0.1","pool.ntp.org","10.0.0.2"]}}}"#;
    let template = Template::read(text).unwrap();
    let objects = |ntp_servers| template.objects(&BTreeMap::new(), Dialect { ntp_servers }).unwrap();
    assert_eq!(objects(true)[0].value("servers"), "10.0.0.1,pool.ntp.org,10.0.0.2");
    let old = &objects(false)[0];
    assert_eq!(
        (old.value("primary-ntp"), old.value("secondary-ntp"), old.value("server-dns-names")),
        ("10.0.0.1", "10.0.0.2", "pool.ntp.org")
    );
    assert_eq!(old.value("servers"), "");
}

#[test]
fn our_own_way_in_is_open_before_anything_is_shut_and_rules_made_by_hand_keep_their_place() {
    let template = Template::read(stock_template()).unwrap();
    let mut router = Told::out_of_the_box();
    let by_hand = values(&[(".id", "*F0"), ("chain", "input"), ("action", "accept"), ("protocol", "ospf")]);
    router.rows.insert("/ip/firewall/filter".into(), vec![by_hand.clone()]);
    router.apply(&template.objects(&full(), V7).unwrap());
    let rules = router.menu("/ip/firewall/filter");
    let at = |name: &str| rules.iter().position(|rule| rule.get("comment").is_some_and(|comment| comment.contains(name))).unwrap();
    let hand = rules.iter().position(|rule| *rule == by_hand).unwrap();
    assert!(at("firewall/answers") < at("firewall/management") && at("firewall/management") < hand);
    assert_eq!(at("firewall/from outside"), rules.len() - 1);
    assert!(at("suspended_pool/names") < at("suspended_pool/nothing else"));
}

#[test]
fn the_second_plan_is_empty_and_the_way_back_leads_to_where_it_began() {
    let template = Template::read(stock_template()).unwrap();
    let objects = template.objects(&full(), V7).unwrap();
    let mut router = Told::out_of_the_box();
    let before = router.clone();
    let items = router.apply(&objects);
    let second = plan(&objects, &router.rows).unwrap();
    assert!(second.is_empty(), "{second:?}");
    for item in items.iter().rev() {
        if let Some(write) = undo(item, &router.menu(&item.object.menu)) {
            router.take(write);
        }
    }
    assert_eq!(router.held(), before.held());
}

#[test]
fn what_stands_in_the_way_and_was_made_by_hand_is_told_and_what_is_right_already_is_left() {
    let template = Template::read(stock_template()).unwrap();
    let objects = template.objects(&full(), V7).unwrap();
    let mut router = Told::out_of_the_box();
    let server = values(&[(".id", "*1"), ("interface", "ether2"), ("default-profile", "home"), ("disabled", "false")]);
    router.rows.insert("/interface/pppoe-server/server".into(), vec![server]);
    let problems = plan(&objects, &router.rows).unwrap_err();
    assert_eq!(keys(&problems), ["problem-provision-by-hand"]);
    router.rows.get_mut("/interface/pppoe-server/server").unwrap()[0]
        .extend(values(&[("default-profile", "lastmile-pppoe"), ("one-session-per-host", "true")]));
    let items = plan(&objects, &router.rows).unwrap().items;
    let item = items.iter().find(|item| item.object.menu == "/interface/pppoe-server/server").unwrap();
    assert_eq!(item.action, Action::Keep);
    assert_eq!(undo(item, &router.menu("/interface/pppoe-server/server")), None);
}

#[test]
fn a_port_that_is_not_there_and_a_secret_that_cannot_be_seen_are_told() {
    let template = Template::read(stock_template()).unwrap();
    let objects = template.objects(&full(), V7).unwrap();
    let mut router = Told::out_of_the_box();
    router.rows.get_mut("/interface").unwrap().pop();
    assert_eq!(keys(&plan(&objects, &router.rows).unwrap_err()), ["problem-provision-no-interface"]);
    let mut router = Told::out_of_the_box();
    router.apply(&objects);
    router.rows.get_mut("/radius").unwrap()[0].remove("secret");
    assert_eq!(keys(&plan(&objects, &router.rows).unwrap_err()), ["problem-provision-sensitive"]);
}

#[test]
fn what_people_have_changed_since_is_theirs() {
    let template = Template::read(r#"{"parts":{"identity":{"name":"tower"},"time_zone":{"name":"Asia/Dhaka"}}}"#).unwrap();
    let mut router = Told::out_of_the_box();
    let items = router.apply(&template.objects(&BTreeMap::new(), V7).unwrap());
    router.rows.get_mut("/system/identity").unwrap()[0].insert("name".into(), "by hand".into());
    assert_eq!(undo(&items[0], &router.menu("/system/identity")), None);
    assert!(undo(&items[1], &router.menu("/system/clock")).is_some());
}

#[test]
fn secrets_are_not_shown() {
    let shown = Setting { property: "secret".into(), before: "old".into(), after: "new".into() }.shown();
    assert!(!format!("{shown:?}").contains("old") && !format!("{shown:?}").contains("new"));
}

proptest! {
    #[test]
    fn no_text_makes_a_template_panic(text in ".{0,200}") {
        drop(Template::read(&text));
    }

    /// Whatever a router had in its single menus, the way back from any step leads there.
    #[test]
    fn the_way_back_leads_to_any_beginning(name in "[a-z]{1,8}", zone in prop::option::of("[A-Z][a-z]{2,5}/[A-Z][a-z]{2,5}"), radius in any::<bool>(), stop in 0usize..60) {
        let template = Template::read(stock_template()).unwrap();
        let objects = template.objects(&full(), V7).unwrap();
        let mut router = Told::out_of_the_box();
        router.rows.get_mut("/system/identity").unwrap()[0].insert("name".into(), name);
        if let Some(zone) = zone {
            router.rows.get_mut("/system/clock").unwrap()[0].insert("time-zone-name".into(), zone);
        }
        router.rows.get_mut("/ppp/aaa").unwrap()[0].insert("use-radius".into(), radius.to_string());
        let before = router.clone();
        let items: Vec<Item> = plan(&objects, &router.rows).unwrap().items.into_iter().take(stop).collect();
        for item in &items {
            if let Some(write) = item.write(&router.menu(&item.object.menu)) {
                router.take(write);
            }
        }
        for item in items.iter().rev() {
            if let Some(write) = undo(item, &router.menu(&item.object.menu)) {
                router.take(write);
            }
        }
        prop_assert_eq!(router.held(), before.held());
    }
}
