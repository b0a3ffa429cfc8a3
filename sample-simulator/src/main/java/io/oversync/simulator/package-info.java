/**
 * The simulator: devices that play scenarios against a server of the protocol, and a
 * prover that looks for lost, doubled and leaked changes.
 */
@NullMarked
package io.oversync.simulator;

import org.jspecify.annotations.NullMarked;
