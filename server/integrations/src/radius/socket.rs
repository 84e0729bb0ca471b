//! A UDP socket for a server: an answer leaves from the address that its request was sent to, also on a machine with
//! many addresses, because a client takes no answer from a stranger.

use nix::cmsg_space;
use nix::libc;
use nix::sys::socket::{self, ControlMessage, ControlMessageOwned, MsgFlags, SockaddrStorage, sockopt};
use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::Duration;

/// After a power cut everybody calls at once: what does not fit here is lost and comes again seconds later.
const RECEIVE_BUFFER: usize = 8 << 20;

/// Where a datagram came from, where it was sent to, and its length.
#[derive(Clone, Copy, Debug)]
pub struct Datagram {
    pub length: usize,
    pub from: SocketAddr,
    /// The address of ours it was sent to; `None` when the socket is bound to one address anyway.
    pub to: Option<IpAddr>,
}

/// A bound socket. Several threads may receive from it.
pub struct Socket {
    socket: UdpSocket,
    /// Bound to every address, so that each datagram tells which one it used.
    wildcard: bool,
}

impl Socket {
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind(address)?;
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        // Only root may pass the system's limit; the smaller buffer is no reason to fail.
        if socket::setsockopt(&socket, sockopt::RcvBufForce, &RECEIVE_BUFFER).is_err() {
            socket::setsockopt(&socket, sockopt::RcvBuf, &RECEIVE_BUFFER)?;
        }
        let wildcard = address.ip().is_unspecified();
        match address {
            SocketAddr::V4(_) if wildcard => socket::setsockopt(&socket, sockopt::Ipv4PacketInfo, &true)?,
            SocketAddr::V6(_) if wildcard => socket::setsockopt(&socket, sockopt::Ipv6RecvPacketInfo, &true)?,
            _ => {}
        }
        Ok(Self { socket, wildcard })
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Waits a moment for a datagram. `None`: nothing came.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Option<Datagram>> {
        let received = if self.wildcard { self.receive_with_address(buffer) } else { self.socket.recv_from(buffer).map(plain) };
        match received {
            Ok(datagram) => Ok(Some(datagram)),
            Err(error) => match error.kind() {
                // An answer that bounced (ICMP) is reported at the next receive; it is not about this socket.
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted | io::ErrorKind::ConnectionRefused => {
                    Ok(None)
                }
                _ => Err(error),
            },
        }
    }

    fn receive_with_address(&self, buffer: &mut [u8]) -> io::Result<Datagram> {
        let mut parts = [IoSliceMut::new(buffer)];
        let mut control = cmsg_space!(libc::in_pktinfo, libc::in6_pktinfo);
        let message = socket::recvmsg::<SockaddrStorage>(self.socket.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty())?;
        let to = message.cmsgs()?.find_map(|control| match control {
            ControlMessageOwned::Ipv4PacketInfo(info) => Some(IpAddr::V4(Ipv4Addr::from(u32::from_be(info.ipi_spec_dst.s_addr)))),
            ControlMessageOwned::Ipv6PacketInfo(info) => Some(IpAddr::V6(Ipv6Addr::from(info.ipi6_addr.s6_addr))),
            _ => None,
        });
        let from = message.address.and_then(address).ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Datagram { length: message.bytes, from, to })
    }

    /// Sends the answer to a datagram.
    pub fn answer(&self, datagram: &Datagram, answer: &[u8]) -> io::Result<()> {
        let Some(from) = datagram.to else {
            return self.socket.send_to(answer, datagram.from).map(drop);
        };
        let (parts, to) = ([IoSlice::new(answer)], SockaddrStorage::from(datagram.from));
        let fd = self.socket.as_raw_fd();
        match from {
            IpAddr::V4(from) => {
                let any = libc::in_addr { s_addr: 0 };
                let from = libc::in_addr { s_addr: u32::from(from).to_be() };
                let info = libc::in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: from, ipi_addr: any };
                socket::sendmsg(fd, &parts, &[ControlMessage::Ipv4PacketInfo(&info)], MsgFlags::empty(), Some(&to))?;
            }
            IpAddr::V6(from) => {
                // A link-local source has to name its link, which is that of the destination.
                let link = match datagram.from {
                    SocketAddr::V6(to) => to.scope_id(),
                    SocketAddr::V4(_) => 0,
                };
                let info = libc::in6_pktinfo { ipi6_addr: libc::in6_addr { s6_addr: from.octets() }, ipi6_ifindex: link };
                socket::sendmsg(fd, &parts, &[ControlMessage::Ipv6PacketInfo(&info)], MsgFlags::empty(), Some(&to))?;
            }
        }
        Ok(())
    }
}

fn plain((length, from): (usize, SocketAddr)) -> Datagram {
    Datagram { length, from, to: None }
}

fn address(storage: SockaddrStorage) -> Option<SocketAddr> {
    let v4 = storage.as_sockaddr_in().map(|address| SocketAddr::from((address.ip(), address.port())));
    v4.or_else(|| storage.as_sockaddr_in6().map(|address| SocketAddr::V6(std::net::SocketAddrV6::from(*address))))
}
