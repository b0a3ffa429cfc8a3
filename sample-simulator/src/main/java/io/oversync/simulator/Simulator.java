package io.oversync.simulator;

/**
 * Plays scenarios.
 */
public final class Simulator {

	private Simulator() {
	}

	/**
	 * Plays scenarios.
	 * @param args the options
	 */
	public static void main(String[] args) {
		System.out.println(String.join(" ", args));
	}

}
