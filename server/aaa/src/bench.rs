//! Sets a stage for the bench: four routers of an ISP, and its subscribers with their passwords as a client must know
//! them. Service and load are run by the bench itself, each where its share of the processors can be told.

use crate::load;
use domain::IspId;
use domain::radius::NasForm;
use services::Services;
use std::net::{IpAddr, Ipv4Addr};

/// What a load needs to know.
pub struct Stage {
    pub routers: Vec<IpAddr>,
    pub secret: String,
    /// User names and passwords.
    pub subscribers: Vec<(String, String)>,
}

/// Registers the routers (127.0.0.11 to 14).
pub async fn set_stage(services: &Services, isp: IspId) -> services::Result<Stage> {
    let caller = load::caller(isp);
    let routers: Vec<IpAddr> = (11..15).map(|last| Ipv4Addr::new(127, 0, 0, last).into()).collect();
    let secret = "bench-secret-0123456789".to_string();
    for router in &routers {
        let form = NasForm { name: format!("Bench {router}"), address: router.to_string(), secret: secret.clone(), ..NasForm::default() };
        services::radius::create_nas(services, &caller, &form).await?;
    }
    let mut tx = services.begin(&caller).await?;
    let lines = storage::radius::directory::lines(&mut tx, services.now()).await?;
    drop(tx);
    let mut subscribers = Vec::with_capacity(lines.len());
    for line in lines {
        let password = services.keys.open_text(line.line.service_id.0, &line.secret_sealed)?;
        subscribers.push((line.username, password));
    }
    Ok(Stage { routers, secret, subscribers })
}
