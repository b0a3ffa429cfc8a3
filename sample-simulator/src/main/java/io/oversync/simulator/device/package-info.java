/**
 * Simulated devices: an application's SQLite tables, what its users do to them, and the
 * same tables on the server.
 */
@NullMarked
package io.oversync.simulator.device;

import org.jspecify.annotations.NullMarked;
