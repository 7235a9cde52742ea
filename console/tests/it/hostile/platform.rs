//! What a platform tells of itself, while somebody looks what a controller may do there.

use std::net::Ipv4Addr;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use entities::controller::table::{ActiveModel, Entity};
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use serde_json::json;
use testbed::database::Kind::{self, Sqlite};

use super::attack;
use super::tour::read;
use crate::setting_up::fill;
use crate::world::World;

const ADD: &str = "/console/setup/controllers/add";
const ORGANISATION: &str = "our-organisation";

/// Answers every call, and whatever it tells in words is hostile. The sandbox cannot be told to speak so.
async fn answer(call: HttpRequest) -> HttpResponse {
    let told = match call.path() {
        "/oauth/token" => json!({ "access_token": "token", "token_type": "bearer", "expires_in": 3600 }),
        "/api/v2/tokens/me" => json!({ "organization": { "id": ORGANISATION, "name": attack("its name") } }),
        path if path.contains("/limits/") => {
            json!({ "entities": [{ "key": attack("limit"), "namespace": "gdpr", "value": 7 }] })
        }
        _ if call.query_string().contains("request") => {
            let refusal = json!({ "code": attack("code"), "message": attack("message"), "status": 400 });
            return HttpResponse::BadRequest().insert_header(("inin-correlation-id", attack("its id"))).json(refusal);
        }
        _ => json!({ "entities": [{ "id": attack("division's id"), "name": attack("division") }] }),
    };
    HttpResponse::Ok().json(told)
}

#[rstest]
#[tokio::test]
async fn what_a_platform_tells_of_itself_is_words(#[values(Sqlite)] on: Kind) {
    let server = HttpServer::new(|| App::new().default_service(web::to(answer))).workers(1).disable_signals();
    let server = server.bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    tokio::spawn(server.run());
    let world = World::on(on).await;
    let row = ActiveModel {
        id: Unchanged(world.acme.id),
        organisation_id: Set(ORGANISATION.to_owned()),
        login_url: Set(url.clone()),
        api_url: Set(url),
        ..Default::default()
    };
    Entity::update(row).exec(world.store.db.write()).await.unwrap();
    let (_, mut browser) = world.everything().await;

    let show = "/console/setup/controllers/acme";
    let there = fill(&mut browser, show, &format!("{show}/look"), &[]).await.fine();
    // The same is shown while a controller is added.
    let mut page = browser.get(ADD).await.fine();
    for filled in [
        &[("name", "Gamma"), ("slug", "gamma"), ("platform", "as:acme"), ("organisation", ORGANISATION)][..],
        &[("time_zone", "Europe/Berlin"), ("region", "DE")],
        &[("client_id", "id"), ("client_secret", "secret")],
        &[("show", "look"), ("divisions", "Home")],
    ] {
        page = browser.submit(&page, ADD, filled).await.fine();
    }
    for page in [there, page] {
        let (seen, wrongs) = read(&page);
        assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
        for text in [attack("division"), attack("limit")] {
            assert!(seen.words.iter().any(|word| word.contains(&text)), "{text} is not seen:\n{}", page.text);
        }
    }
}
