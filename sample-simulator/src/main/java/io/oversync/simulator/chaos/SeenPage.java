package io.oversync.simulator.chaos;

import io.oversync.simulator.device.StreamPage;

/**
 * A page that the server gave away.
 *
 * @param device who asked
 * @param after after which position
 * @param includeSelf whether for the device's own changes as well
 * @param page what was answered
 */
record SeenPage(String device, long after, boolean includeSelf, StreamPage page) {
}
