package io.oversync.web;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Matches the sync endpoints, wherever the properties put them, for the application's own
 * {@code SecurityFilterChain}: <pre>
 * http.csrf((csrf) -&gt; csrf.ignoringRequestMatchers(sync))
 * </pre>
 */
public final class SyncRequestMatcher implements RequestMatcher {

	private final RequestMatcher delegate;

	/**
	 * Creates the matcher.
	 * @param paths where the endpoints are
	 */
	public SyncRequestMatcher(SyncPaths paths) {
		PathPatternRequestMatcher.Builder builder = PathPatternRequestMatcher.withDefaults();
		List<RequestMatcher> matchers = paths.patterns().stream().<RequestMatcher>map(builder::matcher).toList();
		this.delegate = new OrRequestMatcher(matchers);
	}

	@Override
	public boolean matches(HttpServletRequest request) {
		return this.delegate.matches(request);
	}

}
