package io.oversync.upload;

import java.time.Duration;

/**
 * How uploads behave.
 *
 * @param maxChanges the most changes of one upload, 0 for no limit
 * @param safeWatermark whether {@code highest_server_seq} stays at the device's cursor
 * while changes of other sources lie above it
 * @param lockTimeout the longest wait for any one lock
 */
public record UploadSettings(int maxChanges, boolean safeWatermark, Duration lockTimeout) {
}
