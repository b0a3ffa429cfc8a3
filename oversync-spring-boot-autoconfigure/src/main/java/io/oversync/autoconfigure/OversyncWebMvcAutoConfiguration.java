package io.oversync.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;

/**
 * Auto-configuration of the sync endpoints. Adds no security filter chain and no
 * exception handler: the application's own apply.
 */
@AutoConfiguration(after = OversyncAutoConfiguration.class,
		afterName = { "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
				"org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "oversync.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(name = "org.springframework.web.servlet.DispatcherServlet")
public final class OversyncWebMvcAutoConfiguration {

}
