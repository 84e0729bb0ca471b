//! FreeRADIUS as the router that is told to end and to change sessions: what our requests say is read by a program that
//! is not ours, for every kind of server (E-15).

use crate::foreign_clients::skipped;
use crate::foreign_servers::{FreeRadius, free_port};
use crate::stage::*;
use domain::customers::BlockReason;
use domain::radius::NasForm;
use integrations::radius::attribute;
use simlab::radius_client::{Accounting, RadiusClient, Status};

const CONFIG: &str = r#"
modules {
	always ok {
		rcode = ok
	}
	always reject {
		rcode = reject
	}
	linelog heard {
		filename = @FOLDER@/heard.log
		format = "%{Packet-Type} user=%{User-Name} session=%{Acct-Session-Id} nas=%{NAS-IP-Address} ip=%{Framed-IP-Address} mac=%{Calling-Station-Id} mikrotik=%{Mikrotik-Rate-Limit} huawei=%{Huawei-Input-Average-Rate}/%{Huawei-Output-Average-Rate} wispr=%{WISPr-Bandwidth-Max-Up}/%{WISPr-Bandwidth-Max-Down}"
	}
}
client lastmile {
	ipaddr = 127.0.0.1
	secret = @SECRET@
	require_message_authenticator = yes
}
server router {
	listen {
		type = coa
		ipaddr = 127.0.0.2
		port = @PORT@
	}
	recv-coa {
		heard
		if (&Acct-Session-Id == "forgotten") {
			update reply {
				&Error-Cause := Session-Context-Not-Found
			}
			reject
		}
		else {
			ok
		}
	}
	send-coa {
		ok
	}
}
"#;

struct Router {
    stage: Stage,
    line: Line,
    program: FreeRadius,
    client: RadiusClient,
    port: u16,
}

impl Router {
    /// `None`: FreeRADIUS is not installed.
    async fn new() -> Option<Self> {
        let stage = Stage::new().await;
        let port = free_port();
        let config = CONFIG.replace("@SECRET@", PADMA_SECRET).replace("@PORT@", &port.to_string());
        let program = FreeRadius::of("router", &config, &[])?;
        let line = stage.padma_line("rahim", "pass-word").await;
        let client = stage.padma_router().await;
        let router = Self { stage, line, program, client, port };
        router.is_a("mikrotik", 1).await;
        known(&router.client, "rahim", "pass-word").await;
        Some(router)
    }

    async fn is_a(&self, vendor: &str, version: i32) {
        let form = NasForm { vendor: vendor.into(), coa_port: self.port.to_string(), ..form(PADMA_ROUTER, "") };
        let (services, admin) = (&self.stage.world.services, &self.stage.world.padma.admin);
        services::radius::update_nas(services, admin, self.stage.padma_nas, version, &form).await.unwrap();
        // Whether it is known by now is seen by how it is told a rate.
        until("the kind is known", async || {
            let answer = pap(&self.client, "rahim", "pass-word").await;
            match vendor {
                "huawei" => answer.vendor(attribute::vendor::HUAWEI, attribute::vendor::HUAWEI_INPUT_AVERAGE_RATE).is_some(),
                "generic" => answer.vendor(attribute::vendor::WISPR, attribute::vendor::WISPR_BANDWIDTH_MAX_UP).is_some(),
                _ => answer.rate_limit().is_some(),
            }
        })
        .await;
    }

    async fn session(&self, id: &str) {
        let class = pap(&self.client, "rahim", "pass-word").await.class().unwrap();
        let start = Accounting { class: Some(&class), ip: Some([10, 1, 1, 9]), ..Accounting::new(Status::Start, id, "rahim") };
        assert!(self.client.account(&start).await.unwrap());
    }

    async fn stop(&self, id: &str) {
        assert!(self.client.account(&Accounting::new(Status::Stop, id, "rahim").after(9, 1, 1)).await.unwrap());
    }

    /// Waits for a line of what it heard that holds all of these.
    async fn heard(&self, parts: &[&str]) {
        until(&parts.join(" "), async || {
            let log = std::fs::read_to_string(self.program.folder.join("heard.log")).unwrap_or_default();
            log.lines().any(|line| parts.iter().all(|part| line.split(' ').any(|word| word == *part)))
        })
        .await;
    }

    async fn order(&self, wanted: &str) {
        let (services, admin) = (&self.stage.world.services, &self.stage.world.padma.admin);
        until(wanted, async || {
            let orders = services::radius::orders_of_customer(services, admin, self.line.customer).await.unwrap();
            orders.first().is_some_and(|order| {
                let cause = order.error_cause.map(|cause| format!(" {cause}")).unwrap_or_default();
                format!("{} {} {}{cause}", order.kind, order.state, order.answer.as_deref().unwrap_or("-")) == wanted
            })
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_router_is_told_in_its_own_words_and_whom_it_means() {
    let Some(router) = Router::new().await else { return skipped("freeradius") };
    // Never the device's address: it names nobody where several lines share a device, or a list of its own.
    let session = ["user=rahim", "session=s1", "ip=10.1.1.9", "mac="];
    router.session("s1").await;
    router.stage.save_home(&home("7", "70")).await;
    let told = ["CoA-Request", "nas=", "mikrotik=7M/70M", "huawei=/", "wispr=/"];
    router.heard(&[session.as_slice(), &told].concat()).await;
    router.order("change done ack").await;

    router.is_a("huawei", 2).await;
    router.stage.save_home(&home("8", "80")).await;
    let told = ["CoA-Request", "nas=127.0.0.2", "mikrotik=", "huawei=8000000/80000000", "wispr=/"];
    router.heard(&[session.as_slice(), &told].concat()).await;

    router.is_a("generic", 3).await;
    router.stage.save_home(&home("9", "90")).await;
    let told = ["CoA-Request", "nas=127.0.0.2", "mikrotik=", "huawei=/", "wispr=9000000/90000000"];
    router.heard(&[session.as_slice(), &told].concat()).await;
    router.order("change done ack").await;

    router.stage.suspend(&router.stage.world.padma, router.line).await;
    router.heard(&[session.as_slice(), &["Disconnect-Request", "nas=127.0.0.2"]].concat()).await;
    router.order("disconnect done ack").await;
    // Said is not done: accounting shows it.
    router.stop("s1").await;
    let (services, admin) = (&router.stage.world.services, &router.stage.world.padma.admin);
    until("it is verified", async || {
        let orders = services::radius::orders_of_customer(services, admin, router.line.customer).await.unwrap();
        orders[0].verified_at.is_some()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_it_forgot_is_over_here_too() {
    let Some(router) = Router::new().await else { return skipped("freeradius") };
    router.session("forgotten").await;
    router.stage.suspend(&router.stage.world.padma, router.line).await;
    router.order("disconnect done nak 503").await;
    let sessions = router.stage.sessions(router.line).await;
    assert_eq!(sessions[0].stop_cause.as_deref(), Some("gone"));
    let (services, admin) = (&router.stage.world.services, &router.stage.world.padma.admin);
    services::customers::resume_service(services, admin, router.line.service, BlockReason::Admin).await.unwrap();
}
