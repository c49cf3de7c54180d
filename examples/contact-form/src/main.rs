//! A contact form on Lambda: `GET` shows it, `POST` mails what was entered, by SMTP.
//!
//! Environment: `SMTP_URL` (`smtp://host:port`, with user and password if the server wants them), `MAIL_TO`, `MAIL_FROM`.

use lambda_http::http::{header, Method, StatusCode};
use lambda_http::{run, service_fn, tracing, Body, Error, Request, RequestPayloadExt, Response};
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::Deserialize;

const PAGE: &str = include_str!("form.html");
const LONGEST: usize = 5_000;

type Mailer = AsyncSmtpTransport<Tokio1Executor>;

#[derive(Deserialize)]
struct Entry {
    name: String,
    email: String,
    message: String,
    /// Nobody sees this field; what fills it in is a program.
    #[serde(default)]
    website: String,
}

struct Post {
    mailer: Mailer,
    from: Mailbox,
    to: Mailbox,
}

impl Post {
    fn from_environment() -> Result<Self, Error> {
        let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
        Ok(Self {
            mailer: Mailer::from_url(&variable("SMTP_URL")?)?.build(),
            from: variable("MAIL_FROM")?.parse()?,
            to: variable("MAIL_TO")?.parse()?,
        })
    }

    async fn send(&self, entry: &Entry, reply_to: Mailbox) -> Result<(), Error> {
        let mail = Message::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .reply_to(reply_to)
            .subject(format!("Message from {}", entry.name.replace(['\r', '\n'], " ")))
            .body(entry.message.clone())?;
        self.mailer.send(mail).await?;
        Ok(())
    }
}

fn answer(status: StatusCode, kind: &str, body: impl Into<Body>) -> Result<Response<Body>, Error> {
    Ok(Response::builder().status(status).header(header::CONTENT_TYPE, kind).body(body.into())?)
}

fn json(status: StatusCode, told: &str) -> Result<Response<Body>, Error> {
    answer(status, "application/json", serde_json::json!({ "message": told }).to_string())
}

async fn handle(post: &Post, request: Request) -> Result<Response<Body>, Error> {
    if request.method() == Method::GET {
        return answer(StatusCode::OK, "text/html; charset=utf-8", PAGE);
    }
    let entry: Entry = match request.payload() {
        Ok(Some(entry)) => entry,
        _ => return json(StatusCode::BAD_REQUEST, "name, email and message are wanted"),
    };
    if entry.name.trim().is_empty() || entry.message.trim().is_empty() || entry.message.len() > LONGEST {
        return json(StatusCode::BAD_REQUEST, "name and message are wanted, the message of at most 5000 bytes");
    }
    let Ok(address) = entry.email.parse() else {
        return json(StatusCode::BAD_REQUEST, "email is no address");
    };
    if entry.website.is_empty() {
        if let Err(error) = post.send(&entry, Mailbox::new(None, address)).await {
            tracing::error!("the mail was not sent: {error}");
            return json(StatusCode::BAD_GATEWAY, "the mail could not be sent");
        }
    }
    json(StatusCode::ACCEPTED, "thank you")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let post = Post::from_environment()?;
    run(service_fn(|request| handle(&post, request))).await
}
