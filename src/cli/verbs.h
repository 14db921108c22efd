// The verbs' entry points, one file each; command trees point at them.
#pragma once

#include "cli/command_spec.h"

namespace drawbridge::cli {

struct Context;

Exit network_show(Context& context);
Exit network_format(Context& context);
Exit network_check(Context& context);
Exit network_set(Context& context);
Exit network_create(Context& context);
Exit network_delete(Context& context);
Exit network_diff(Context& context);
Exit network_revert(Context& context);
Exit network_plan(Context& context);
Exit network_apply(Context& context);
Exit network_confirm(Context& context);
Exit network_rollback(Context& context);
Exit network_status(Context& context);
Exit network_history(Context& context);
Exit network_snapshot(Context& context);
Exit network_topology(Context& context);
Exit network_recover(Context& context);
Exit network_rehearse(Context& context);

Exit guest_list(Context& context);
Exit guest_show(Context& context);
Exit guest_addresses(Context& context);
Exit guest_set(Context& context);
Exit guest_create(Context& context);
Exit guest_delete(Context& context);
Exit guest_start(Context& context);
Exit guest_stop(Context& context);
Exit guest_plug(Context& context);
Exit guest_unplug(Context& context);
Exit guest_hook(Context& context);
Exit guest_nic_parse(Context& context);

Exit cluster_show(Context& context);

Exit audit(Context& context);

Exit firewall_start(Context& context);
Exit firewall_stop(Context& context);
Exit firewall_restart(Context& context);
Exit firewall_status(Context& context);
Exit firewall_verify(Context& context);
Exit firewall_connections(Context& context);
Exit firewall_counters(Context& context);
Exit firewall_confirm(Context& context);
Exit firewall_rollback(Context& context);
Exit firewall_check(Context& context);
Exit firewall_compile(Context& context);
Exit firewall_localnet(Context& context);
Exit firewall_rules(Context& context);
Exit firewall_options(Context& context);
Exit firewall_alias(Context& context);
Exit firewall_ipset(Context& context);
Exit firewall_group(Context& context);
Exit firewall_macros(Context& context);
Exit firewall_log(Context& context);
Exit firewall_simulate(Context& context);

Exit ifup(Context& context);
Exit ifdown(Context& context);
Exit ifreload(Context& context);
Exit ifquery(Context& context);

Exit run_daemon(Context& context);
Exit run_api(Context& context);
Exit run_task(Context& context);
Exit pvesh(Context& context);
Exit run_web(Context& context);
Exit lab(Context& context);
Exit print_completion(Context& context);
Exit print_candidates(Context& context);

}  // namespace drawbridge::cli
