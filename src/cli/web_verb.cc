// `drawbridge web`: what faces the network. The process that was started stays root and does nothing but look after the certificate; its
// child serves, as a user who may do nothing else.
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "cli/context.h"
#include "cli/ready.h"
#include "cli/verbs.h"
#include "cli/web_keeper.h"
#include "http/listener.h"
#include "http/site.h"
#include "http/unprivileged.h"

namespace drawbridge::cli {
namespace {

/// Connections, their counterparts to the API, and some of the process's own.
constexpr std::size_t kMostFiles = 1'200;

struct Plan {
  http::TcpAddress address;
  http::SiteSettings site;
  std::optional<http::KeyFiles> keys;      ///< none: plain HTTP
  std::optional<http::Identity> identity;  ///< none: we are somebody without rights already
};

Result<http::KeyFiles> key_files(Context& context) {
  const auto certificate = context.arguments().value("certificate");
  const auto key = context.arguments().value("key");
  if (certificate.has_value() != key.has_value())
    return fail(Errc::invalid_input, "--certificate and --key belong together", {}, "give both, or none");
  if (certificate) return http::KeyFiles{*certificate, *key, false};
  const std::string given = context.system.root() + "/etc/drawbridge/web";
  if (std::filesystem::exists(given + ".pem")) return http::KeyFiles{given + ".pem", given + ".key", false};
  const std::string own = context.system.paths().state + "/web/";
  return http::KeyFiles{own + "certificate.pem", own + "key.pem", true};
}

Result<Plan> make_plan(Context& context) {
  const auto& arguments = context.arguments();
  Plan plan;
  plan.address = TRY(http::parse_tcp_address(arguments.value("listen").value_or("[::]:8006")));
  plan.site.assets = arguments.value("assets").value_or("/usr/share/drawbridge/web");
  plan.site.api_socket = context.system.paths().run + "/api.sock";
  for (std::string* path : {&plan.site.assets, &plan.site.api_socket})
    *path = std::filesystem::absolute(*path);  // the child leaves this folder
  plan.site.strict_transport = arguments.has("hsts");
  if (plan.site.strict_transport && arguments.has("insecure-plain"))
    return fail(Errc::invalid_input, "--hsts is for who speaks TLS, and --insecure-plain does not", {}, "let the proxy in front send it");
  if (!arguments.has("insecure-plain")) plan.keys = TRY(key_files(context));
  if (::geteuid() == 0) plan.identity = TRY(http::find_user(arguments.value("user").value_or("drawbridge-web")));
  if (::geteuid() != 0 && arguments.has("user"))
    return fail(Errc::denied, "only root can become somebody else", {}, "leave out --user, or start it as root");
  return plan;
}

std::string shown(const Plan& plan, std::uint16_t port) {
  const bool six = plan.address.address.find(':') != std::string::npos;
  return (plan.keys ? "https://" : "http://") + (six ? "[" + plan.address.address + "]" : plan.address.address) + ":" +
         std::to_string(port) + "/";
}

/// The one that serves. Never returns.
[[noreturn]] void serve_as_child(Context& context, Plan plan, http::Listener listener, int channel, pid_t parent) {
  sigset_t none{};
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  plan.site.keys_from = channel;
  const auto serve = [&]() -> Result<void> {
    if (plan.identity) TRY_VOID(http::become(*plan.identity, kMostFiles));
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // after becoming another user, which forgets it
    if (::getppid() != parent) return {};
    return http::serve_site(std::move(listener), plan.site, [&] { std::ignore = ::send(channel, "", 1, MSG_NOSIGNAL); });
  };
  const auto served = serve();
  const auto exit = served ? Exit::done : context.console.fail(served.error());
  context.console.finish();
  ::_exit(static_cast<int>(exit));
}

/// Signals come to us in the loop from now on.
int take_signals() {
  sigset_t wanted{};
  ::sigemptyset(&wanted);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&wanted, signal);
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  return ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

Result<int> start(Context& context) {
  Plan plan = TRY(make_plan(context));
  auto listener = TRY(http::listen_tcp(plan.address));
  const std::string address = shown(plan, listener.port());
  auto keeper = TRY(WebKeeper::open(plan.keys, context.console));
  if (plan.keys) plan.site.keys = keeper.keys();
  int pair[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return fail_errno(errno, "can't make a pair of sockets");
  const int signals = take_signals();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return fail_errno(errno, "can't make a process");
  if (child == 0) {
    ::close(pair[0]);
    ::close(signals);
    keeper.leave();
    serve_as_child(context, std::move(plan), std::move(listener), pair[1], parent);
  }
  ::close(pair[1]);
  {
    const http::Listener gone = std::move(listener);
  }  // the child's alone
  return keeper.supervise(child, pair[0], signals, [&] {
    if (plan.site.strict_transport && plan.keys && plan.keys->ours)
      context.console.note("--hsts with a certificate of our own making: browsers that don't trust it will let nobody in for a year");
    context.console.note("serving " + address + " as " + (plan.identity ? plan.identity->name : "this user") + keeper.about());
    notify_ready();
  });
}

}  // namespace

Exit run_web(Context& context) {
  const auto status = start(context);
  return status ? static_cast<Exit>(*status) : context.console.fail(status.error());
}

}  // namespace drawbridge::cli
