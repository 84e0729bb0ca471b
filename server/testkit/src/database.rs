//! Databases for tests, on the cluster that LASTMILE_TEST_DATABASE_URL names (a plain role with CREATEDB).

use domain::IspId;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use storage::Db;

/// A database that lives as long as the test.
pub struct TestDb {
    pub db: Db,
    pub url: String,
    name: String,
    server: String,
}

const MIGRATIONS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

impl TestDb {
    pub async fn new() -> Self {
        let server =
            std::env::var("LASTMILE_TEST_DATABASE_URL").expect("LASTMILE_TEST_DATABASE_URL names the test cluster; ./dev test sets it");
        let template = template(&server).await;
        let name = format!("lm_test_{}", uuid::Uuid::now_v7().simple());
        let mut admin = connect(&server).await;
        execute(&mut admin, format!("create database {name} template {template}")).await;
        admin.close().await.expect("close");
        let url = with_database(&server, &name);
        let db = Db::connect(&url, 8).await.expect("connect to the test database");
        Self { db, url, name, server }
    }

    /// A raw connection, for looking at what is really stored. As plain as the product's own role.
    pub async fn raw(&self) -> PgConnection {
        connect(&self.url).await
    }

    /// A digest of all that an ISP has, table by table: nothing was written while they are the same.
    pub async fn digests(&self, isp: IspId) -> BTreeMap<String, String> {
        let mut raw = self.raw().await;
        sqlx::query("select set_config('app.isp_id', $1, false)").bind(isp.to_string()).execute(&mut raw).await.expect("the ISP");
        let tables: Vec<String> = sqlx::query_scalar(
            "select table_name::text from information_schema.columns where table_schema = 'public' and column_name = 'isp_id' order by 1",
        )
        .fetch_all(&mut raw)
        .await
        .expect("the tables");
        let mut digests = BTreeMap::new();
        for table in tables {
            let all = format!("select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t");
            let digest = sqlx::query_scalar(AssertSqlSafe(all)).fetch_one(&mut raw).await.expect("a table");
            digests.insert(table, digest);
        }
        digests
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // Drop cannot wait in the test's own runtime; a thread of its own can.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
            runtime.block_on(async {
                let mut admin = connect(&server).await;
                execute(&mut admin, format!("drop database if exists {name} with (force)")).await;
            });
        });
        let _ = dropped.join();
    }
}

/// The migrated template, made once for each state of the migrations.
async fn template(server: &str) -> String {
    let mut hasher = DefaultHasher::new();
    MIGRATIONS.hash(&mut hasher);
    let name = format!("lm_template_{:016x}", hasher.finish());
    let mut admin = connect(server).await;
    // Tests run as many processes: one makes the template, the others wait here.
    execute(&mut admin, "select pg_advisory_lock(4711)".into()).await;
    let ready: Option<bool> = sqlx::query_scalar("select datistemplate from pg_database where datname = $1")
        .bind(&name)
        .fetch_optional(&mut admin)
        .await
        .expect("look for the template");
    if ready != Some(true) {
        execute(&mut admin, format!("drop database if exists {name}")).await;
        execute(&mut admin, format!("create database {name}")).await;
        let db = Db::connect(&with_database(server, &name), 2).await.expect("connect to the template");
        db.migrate().await.expect("migrate the template");
        db.close().await;
        execute(&mut admin, format!("alter database {name} is_template true")).await;
    }
    execute(&mut admin, "select pg_advisory_unlock(4711)".into()).await;
    admin.close().await.expect("close");
    name
}

async fn connect(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().expect("a database URL");
    options.connect().await.expect("connect to the test cluster")
}

async fn execute(connection: &mut PgConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql.clone())).execute(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn with_database(server: &str, name: &str) -> String {
    let (path, query) = server.split_once('?').unwrap_or((server, ""));
    let base = path.rsplit_once('/').map_or(path, |(base, _)| base);
    format!("{base}/{name}?{query}")
}
