package io.oversync.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to hear. What one of them throws is its own trouble.
 */
final class Listeners {

	private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

	private final List<SyncListener> listeners = new CopyOnWriteArrayList<>();

	void add(SyncListener listener) {
		this.listeners.add(listener);
	}

	void remove(SyncListener listener) {
		this.listeners.remove(listener);
	}

	boolean isEmpty() {
		return this.listeners.isEmpty();
	}

	void tell(SyncStatus status) {
		tell((listener) -> listener.onStatus(status));
	}

	void tell(SyncException problem) {
		tell((listener) -> listener.onError(problem));
	}

	void tell(Recovery recovery) {
		tell((listener) -> listener.onRecovery(recovery));
	}

	void tell(UploadResult result) {
		tell(result.conflicts());
		result.rejected().forEach((change) -> tell((listener) -> listener.onQuarantined(change)));
		result.refused().forEach((delete) -> tell((listener) -> listener.onRefusedDelete(delete)));
	}

	void tell(List<ResolvedConflict> conflicts) {
		conflicts.forEach((conflict) -> tell((listener) -> listener.onConflict(conflict)));
	}

	private void tell(Consumer<SyncListener> event) {
		for (SyncListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener failed", ex);
			}
		}
	}

}
