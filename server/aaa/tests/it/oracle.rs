//! FreeRADIUS as one who answers the same questions from the same facts: where both are set up alike, both say the same.

use crate::foreign_clients::skipped;
use crate::foreign_servers::{FreeRadius, free_port};
use crate::stage::*;
use integrations::radius::attribute::{self as a, vendor};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use simlab::radius_client::{Answer, Login, Method, RadiusClient};
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

const QUESTIONS: usize = 1_000;
const LETTERS: &[u8] = b"abcXYZ019 _-.@#$%^&*()+=[]{}|:;<>,?/~!'";

const CONFIG: &str = r#"
modules {
	always ok {
		rcode = ok
	}
	pap {
	}
	chap {
	}
	mschap {
		use_mppe = no
	}
	files {
		filename = @FOLDER@/people
	}
}
client padma {
	ipaddr = 127.0.0.2
	secret = @SECRET@
	require_message_authenticator = no
}
server oracle {
	listen {
		type = auth
		ipaddr = 127.0.0.1
		port = @PORT@
	}
	authorize {
		chap
		mschap
		files
		pap
	}
	authenticate {
		Auth-Type PAP {
			pap
		}
		Auth-Type CHAP {
			chap
		}
		Auth-Type MS-CHAP {
			mschap
		}
	}
}
"#;

struct Person {
    name: String,
    password: String,
    ip: Option<IpAddr>,
}

fn people(random: &mut StdRng) -> Vec<Person> {
    let person = |number: usize| {
        let length = random.random_range(1..=100);
        let password = (0..length).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect();
        let ip = random.random_bool(0.3).then(|| IpAddr::from([10, 9, 0, u8::try_from(number).unwrap()]));
        Person { name: format!("user-{number}"), password, ip }
    };
    let mut people: Vec<Person> = (1..40).map(person).collect();
    people.push(Person { name: "পদ্মা".into(), password: "pässwörd".into(), ip: None });
    people
}

/// As the file of users has them.
fn written(people: &[Person]) -> String {
    people.iter().fold(String::new(), |mut text, Person { name, password, ip }| {
        let password = password.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%");
        let _ = writeln!(text, "\"{name}\" Cleartext-Password := '{}'", password.replace("%%", "%").replace('\'', "\\'"));
        if let Some(ip) = ip {
            let _ = writeln!(text, "\tFramed-IP-Address = {ip},");
        }
        let _ = writeln!(text, "\tMikrotik-Rate-Limit = \"5M/10M\", Session-Timeout = 604800, Acct-Interim-Interval = 300\n");
        text
    })
}

/// What an answer says that both were set up to say.
fn gist(answer: Option<Answer>) -> Vec<(&'static str, String)> {
    let Some(answer) = answer else { return vec![("silence", String::new())] };
    let mut gist = vec![("code", answer.code().0.to_string())];
    if answer.accepted() {
        let packet = answer.packet().unwrap();
        gist.push(("address", format!("{:?}", packet.find(a::FRAMED_IP_ADDRESS))));
        gist.push(("timeout", format!("{:?}", packet.number(a::SESSION_TIMEOUT))));
        gist.push(("interim", format!("{:?}", packet.number(a::ACCT_INTERIM_INTERVAL))));
        gist.push(("rate", format!("{:?}", answer.rate_limit())));
        // The proof of the server itself, byte for byte.
        gist.push(("success", format!("{:?}", answer.vendor(vendor::MICROSOFT, vendor::MS_CHAP2_SUCCESS))));
    }
    gist
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_questions_have_the_same_answers() {
    let mut random = StdRng::seed_from_u64(2_026);
    let people = people(&mut random);
    let port = free_port();
    let config = CONFIG.replace("@SECRET@", PADMA_SECRET).replace("@PORT@", &port.to_string());
    let Some(_oracle) = FreeRadius::of("oracle", &config, &[("people", &written(&people))]) else { return skipped("freeradius") };
    let stage = Stage::new().await;
    for person in &people {
        stage.line(&stage.world.padma, stage.padma_package, &person.name, &person.password, None, person.ip).await;
    }
    let ours = stage.padma_router().await;
    for person in [&people[0], people.last().unwrap()] {
        known(&ours, &person.name, &person.password).await;
    }
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let theirs = RadiusClient::new(PADMA_ROUTER.parse().unwrap(), at, at, PADMA_SECRET).await.unwrap();
    let (mut accepted, mut rejected) = (0, 0);
    for number in 0..QUESTIONS {
        let person = &people[random.random_range(0..people.len())];
        let method = [Method::Pap, Method::Chap, Method::MsChap1, Method::MsChap2][random.random_range(0..4)];
        let other = &people[random.random_range(0..people.len())].password;
        let cut = person.password.chars().skip(1).collect::<String>();
        let (name, password) = match random.random_range(0..10) {
            0 => (person.name.clone(), other.clone()),
            1 => (person.name.clone(), cut),
            2 => (person.name.clone(), format!("{}x", person.password)),
            3 => (format!("{}-nobody", person.name), person.password.clone()),
            4 => (person.name.clone(), String::new()),
            _ => (person.name.clone(), person.password.clone()),
        };
        let login = Login { sign: random.random_bool(0.5), ..Login::new(method, &name, &password) };
        let question = ours.request(login).unwrap();
        let (ours, theirs) = (gist(ours.send(&question).await.unwrap()), gist(theirs.send(&question).await.unwrap()));
        assert_eq!(ours, theirs, "question {number}: {method:?} {name:?} {password:?}");
        if ours[0].1 == "2" { accepted += 1 } else { rejected += 1 }
    }
    assert!(accepted > 300 && rejected > 300, "{accepted} accepted, {rejected} rejected");
}
