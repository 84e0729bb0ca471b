//! The OpenAPI document, made from the list of operations and the types that they read and write.

use super::ask::{MOST, USUAL};
use super::operation::{Gives, Operation};
use super::problem::ProblemBody;
use axum::http::Method;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The whole document; the same each time.
pub fn whole(operations: &[Operation]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<ProblemBody>();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let described = describe(operation, &mut generator);
        let path = format!("/api/v1{}", operation.path);
        if let Some(methods) = paths.entry(path).or_insert_with(|| json!({})).as_object_mut() {
            methods.insert(operation.method.as_str().to_lowercase(), described);
        }
    }
    let mut schemas = generator.take_definitions(true);
    for operation in operations {
        sparse(operation, &mut schemas);
    }
    let problem = json!({
        "description": "What is wrong (RFC 9457)",
        "content": { "application/problem+json": { "schema": problem } },
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Lastmile",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Everything a program can do here as the person whose key it has. Lists go by cursor and never show a row twice; \
                            amounts are whole minor units; instants are RFC 3339 in UTC.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "A key of /account/keys." } },
            "schemas": schemas,
            "responses": { "Problem": problem },
        },
    })
}

fn reference(schema: &Schema) -> Option<String> {
    schema.get("$ref").and_then(Value::as_str).map(|path| path.rsplit('/').next().unwrap_or_default().to_owned())
}

/// `fields=` may leave out everything but the id.
fn sparse(operation: &Operation, schemas: &mut Map<String, Value>) {
    let (Gives::One(of) | Gives::New(of) | Gives::Many(of)) = operation.gives else { return };
    let mut names = SchemaSettings::draft2020_12().into_generator();
    if let Some(schema) = reference(&of(&mut names)).and_then(|name| schemas.get_mut(&name)).and_then(Value::as_object_mut) {
        schema.insert("required".into(), json!(["id"]));
    }
}

/// The properties of a type that stands in a query or a body.
pub fn properties(schema: &Schema, generator: &SchemaGenerator) -> Vec<(String, Value, bool)> {
    let whole = reference(schema).and_then(|name| generator.definitions().get(&name).cloned());
    let whole = whole.unwrap_or_else(|| schema.clone().to_value());
    let required: Vec<&str> = whole["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let named = whole["properties"].as_object().cloned().unwrap_or_default();
    named.into_iter().map(|(name, schema)| (name.clone(), schema, required.contains(&name.as_str()))).collect()
}

/// Absent or there: a parameter is never null.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(one) = schema.get("anyOf").and_then(Value::as_array).and_then(|any| any.iter().find(|one| one["type"] != "null")).cloned() {
        return one;
    }
    schema
}

fn parameter(place: &str, name: &str, required: bool, words: &str, schema: Value) -> Value {
    json!({ "in": place, "name": name, "required": required, "description": words, "schema": schema })
}

fn parameters(operation: &Operation, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut all = Vec::new();
    if operation.path.contains("{id}") {
        all.push(parameter("path", "id", true, "Its id", json!({ "type": "string", "format": "uuid" })));
    }
    if let Some(query) = operation.query {
        let schema = query(generator);
        for (name, schema, required) in properties(&schema, generator) {
            let words = schema["description"].as_str().unwrap_or_default().to_owned();
            all.push(parameter("query", &name, required, &words, without_null(schema)));
        }
        all.push(parameter(
            "query",
            "fields",
            false,
            "Only these fields of each, with commas between; its id always",
            json!({ "type": "string" }),
        ));
    }
    if matches!(operation.gives, Gives::Many(_)) {
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL });
        all.push(parameter("query", "limit", false, "How many at once", limit));
        all.push(parameter("query", "cursor", false, "What `next` of the page before said", json!({ "type": "string" })));
    }
    if operation.method == Method::POST {
        let words = "A new one for each new thing: the same again within 24 hours gets the same answer and does nothing twice";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9._:-]+$" });
        all.push(parameter("header", "Idempotency-Key", true, words, schema));
    }
    if operation.versioned {
        let words = "The ETag of what was read: a version that is old is refused with 412";
        all.push(parameter("header", "If-Match", true, words, json!({ "type": "string", "pattern": "^\"[0-9]{1,9}\"$" })));
    }
    all
}

fn describe(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let json = |schema: Value| json!({ "application/json": { "schema": schema } });
    let (status, words, content) = match operation.gives {
        Gives::One(of) => ("200", "It", json(of(generator).to_value())),
        Gives::New(of) => ("201", "It, at the address in Location", json(of(generator).to_value())),
        Gives::Many(of) => {
            let items = of(generator).to_value();
            let page = json!({
                "type": "object",
                "required": ["items", "next"],
                "additionalProperties": false,
                "properties": { "items": { "type": "array", "items": items }, "next": { "type": ["string", "null"] } },
            });
            ("200", "A page; `next` is the cursor of the one behind it, or null", json(page))
        }
        Gives::Pdf => ("200", "The file", json!({ "application/pdf": { "schema": { "type": "string", "format": "binary" } } })),
    };
    let scopes: Vec<&str> = operation.scopes.iter().map(|scope| scope.key()).collect();
    let noun = operation.path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": format!("Scopes: {}.", scopes.join(", ")),
        "x-scopes": scopes,
        "tags": [noun],
        "parameters": parameters(operation, generator),
        "responses": {
            status: { "description": words, "content": content },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    });
    if let Some(body) = operation.body {
        described["requestBody"] = json!({ "required": true, "content": json(body(generator).to_value()) });
    }
    described
}
