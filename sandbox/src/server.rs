//! Starting and stopping: two listeners on a thread of their own, whatever runtime the caller has, or none.

use std::any::Any;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::{Extensions, ServerHandle};
use actix_web::{App, HttpServer, rt, web};
use anyhow::Context;
use tokio::sync::oneshot;

use crate::options::Options;
use crate::state::{State, World};
use crate::{control, login, pipeline, storage};

/// A sandbox that is running. Dropping it stops it as well, without waiting for the end.
#[derive(Debug)]
pub struct Running {
    /// Root of login and API, such as `http://127.0.0.1:40123`.
    pub url: String,
    /// Root of the signed storage.
    pub storage_url: String,
    api: ServerHandle,
    storage: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Closes both listeners and all connections. Returns when the ports are free again.
    pub async fn stop(mut self) {
        tokio::join!(self.api.stop(false), self.storage.stop(false));
        let Some(thread) = self.thread.take() else { return };
        // Joining blocks, though only for the moment the thread needs to wind down.
        if !matches!(tokio::task::spawn_blocking(move || thread.join()).await, Ok(Ok(()))) {
            tracing::warn!("the sandbox thread did not end in order");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command goes out with the call; what is dropped is only the waiting.
        drop(self.api.stop(false));
        drop(self.storage.stop(false));
    }
}

/// Starts a sandbox and returns once it accepts calls.
///
/// # Errors
/// An address that cannot be bound, or a fault that is not in the grammar.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    let (api, api_address) = listen(options.bind)?;
    let (storage, storage_address) = listen(options.bind_storage)?;
    let state = State::new(&options)?;
    let world = web::Data::new(World::new(options, state, storage_address.port()));
    let (tell, told) = oneshot::channel();
    let thread = std::thread::Builder::new().name("sandbox".into()).spawn(move || {
        rt::System::new().block_on(async move {
            match serve(world, api, storage) {
                Ok((servers, handles)) => {
                    let _ = tell.send(Ok(handles));
                    servers.await;
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                }
            }
        });
    })?;
    let (api, storage) = told.await.context("the sandbox thread ended before it served")??;
    Ok(Running {
        url: format!("http://{api_address}"),
        storage_url: format!("http://{storage_address}"),
        api,
        storage,
        thread: Some(thread),
    })
}

type Servers = (std::pin::Pin<Box<dyn Future<Output = ()>>>, (ServerHandle, ServerHandle));

fn serve(world: web::Data<World>, api: TcpListener, storage: TcpListener) -> anyhow::Result<Servers> {
    let for_storage = world.clone();
    let api = HttpServer::new(move || {
        App::new()
            .app_data(world.clone())
            .configure(control::routes)
            .route("/oauth/token", web::post().to(login::serve))
            .default_service(web::to(pipeline::serve))
    })
    .on_connect(remember_wire)
    .workers(1)
    .keep_alive(Duration::from_secs(75))
    .disable_signals()
    .shutdown_timeout(1)
    .listen(api)?
    .run();
    let storage = HttpServer::new(move || {
        App::new().app_data(for_storage.clone()).route("/signed/{signature}", web::get().to(storage::serve))
    })
    .on_connect(remember_wire)
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .listen(storage)?
    .run();
    let handles = (api.handle(), storage.handle());
    let both = async move {
        let (api, storage) = tokio::join!(api, storage);
        if let Err(error) = api.and(storage) {
            tracing::error!(%error, "the sandbox stopped serving");
        }
    };
    Ok((Box::pin(both), handles))
}

/// The connection a call came in on, kept so that a fault can cut it.
pub struct Wire(TcpStream);

impl Wire {
    /// Ends the connection in both directions; what is written to it later goes nowhere.
    pub fn cut(&self) {
        // It may be gone already, which is as good.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

pub(crate) fn remember_wire(io: &dyn Any, data: &mut Extensions) {
    let stream = io.downcast_ref::<rt::net::TcpStream>();
    if let Some(wire) = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) {
        data.insert(Wire(TcpStream::from(wire)));
    }
}

pub(crate) fn listen(address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}
