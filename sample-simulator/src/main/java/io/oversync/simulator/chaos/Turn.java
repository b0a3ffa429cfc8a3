package io.oversync.simulator.chaos;

import java.util.List;

/**
 * What one device does in a round, while the others have their turns.
 *
 * @param role the device
 * @param actions one after the other
 */
record Turn(Role role, List<Action> actions) {
}
