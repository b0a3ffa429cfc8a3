package io.oversync.simulator.chaos;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

/**
 * {@link PlantedBug#FORGETTING}: a commit that is none.
 */
final class ForgottenUploads implements Planting {

	@Override
	public PlatformTransactionManager transactionManager(PlatformTransactionManager real) {
		Rarely rarely = Rarely.onceIn(20);
		return new PlatformTransactionManager() {

			@Override
			public TransactionStatus getTransaction(TransactionDefinition definition) {
				return real.getTransaction(definition);
			}

			@Override
			public void commit(TransactionStatus status) {
				if (!status.isReadOnly() && rarely.now()) {
					real.rollback(status);
				}
				else {
					real.commit(status);
				}
			}

			@Override
			public void rollback(TransactionStatus status) {
				real.rollback(status);
			}

		};
	}

}
