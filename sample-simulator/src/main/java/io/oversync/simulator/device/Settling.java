package io.oversync.simulator.device;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.SyncStatus;

/**
 * Brings the devices of a user to rest: they sync in turn until none has anything left to
 * do and none learns anything new.
 */
public final class Settling {

	private static final int MAX_ROUNDS = 20;

	private Settling() {
	}

	/**
	 * Syncs until all is quiet. What the server refuses for good, such as a child of a
	 * row that was deleted elsewhere, is discarded.
	 * @param devices of one user
	 * @param sync syncs one of them
	 * @param discarded hears of what is discarded
	 * @return what each device has still to do after many rounds; empty if all is quiet
	 */
	public static List<String> settle(List<Device> devices, Consumer<Device> sync,
			BiConsumer<Device, QuarantinedChange> discarded) {
		List<Long> before = List.of();
		for (int round = 0; round < MAX_ROUNDS; round++) {
			for (Device device : devices) {
				sync.accept(device);
				for (QuarantinedChange change : device.client().quarantined()) {
					discarded.accept(device, change);
					device.client().discardQuarantined(change.id());
				}
			}
			List<Long> cursors = devices.stream().map((device) -> device.client().status().cursor()).toList();
			if (cursors.equals(before) && unrest(devices).isEmpty()) {
				return List.of();
			}
			before = cursors;
		}
		List<String> unrest = unrest(devices);
		return unrest.isEmpty() ? List.of("the devices still learn of changes after " + MAX_ROUNDS + " rounds")
				: unrest;
	}

	/**
	 * Says what is left to do.
	 * @param devices any
	 * @return one line for each device that is not idle
	 */
	public static List<String> unrest(List<Device> devices) {
		return devices.stream()
			.filter((device) -> !isIdle(device.client().status()))
			.map((device) -> device + " has something left to do: " + device.client().status())
			.toList();
	}

	private static boolean isIdle(SyncStatus status) {
		return status.pending() == 0 && status.quarantined() == 0 && status.held() == 0;
	}

}
